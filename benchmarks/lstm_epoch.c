/* One epoch of the tutorial's LSTM as a plain loop on one thread: about the least time it can take.
 *
 * Embedding(500, 16) -> LSTM(8, dropout on its inputs) -> Dense(1, sigmoid), binary cross-entropy,
 * RMSprop as Keras has it, batches of 64. Everything of a batch lies side by side in its reviews,
 * so that the innermost loops run over them and the compiler makes vector instructions of them.
 * Gates side by side as i, f, candidate, o (keras/src/layers/rnn/lstm.py).
 */
#include <math.h>
#include <string.h>

enum { B = 64, T = 100, V = 500, E = 16, U = 8, G = 4 * U, N = T * B };

typedef struct {
    float embedding[V][E], kernel[E][G], recurrent[U][G], bias[G], dense[U], dense_bias;
} Weights;

static float x[E][N], gate[G][N], c[U][N + B], h[U][N + B], tanh_c[U][N], dgate[G][N], dx[E][N];

static inline float sigmoid(float z) { return 1.0f / (1.0f + expf(-z)); }
static inline float tanh_of(float z) { return 2.0f * sigmoid(2.0f * z) - 1.0f; }

/* Reviews side by side in one vector register; may lie anywhere a float may. */
#ifdef __AVX512F__
enum { L = 16 };
#else
enum { L = 8 };
#endif
typedef float Lanes __attribute__((vector_size(4 * L), aligned(4), may_alias));

/* out[m] += sum over k of w[m * by_m + k * by_k] * in[k], for the 64 reviews of one word.
 * in and out are rows that far apart. Eight rows at once, so that what is read is used eight times. */
static inline __attribute__((always_inline)) void add_product(
    int outs, int ins, const float *w, int by_m, int by_k, const float *in, int in_row, float *out,
    int out_row) {
    for (int m = 0; m < outs; m += 8)
        for (int b = 0; b < B; b += L) {
            Lanes sum[8];
            for (int r = 0; r < 8; r++) sum[r] = *(Lanes *)(out + (m + r) * out_row + b);
            for (int k = 0; k < ins; k++) {
                const Lanes value = *(const Lanes *)(in + k * in_row + b);
                for (int r = 0; r < 8; r++) sum[r] += w[(m + r) * by_m + k * by_k] * value;
            }
            for (int r = 0; r < 8; r++) *(Lanes *)(out + (m + r) * out_row + b) = sum[r];
        }
}

/* out[4] = the dot products of a with four rows, each N apart. */
static void four_dots(const float *a, const float *rows, float *out) {
    float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (int n = 0; n < N; n++) {
        s0 += a[n] * rows[n];
        s1 += a[n] * rows[N + n];
        s2 += a[n] * rows[2 * N + n];
        s3 += a[n] * rows[3 * N + n];
    }
    out[0] = s0, out[1] = s1, out[2] = s2, out[3] = s3;
}

/* The logits of a batch. ids (B, T); mask (E, B) scales the inputs. c, h: [t] is before word t. */
static void forward(const Weights *w, const int *ids, const float (*mask)[B], float *logit) {
    for (int e = 0; e < E; e++)
        for (int t = 0; t < T; t++)
            for (int b = 0; b < B; b++)
                x[e][t * B + b] = w->embedding[ids[b * T + t]][e] * mask[e][b];
    for (int t = 0; t < T; t++) {
        const int now = t * B;
        for (int g = 0; g < G; g++)
            for (int b = 0; b < B; b++) gate[g][now + b] = w->bias[g];
        add_product(G, E, w->kernel[0], 1, G, x[0] + now, N, gate[0] + now, N);
        add_product(G, U, w->recurrent[0], 1, G, h[0] + now, N + B, gate[0] + now, N);
        for (int g = 0; g < G; g++) {
            float *z = gate[g] + now;
            if (g / U == 2)
                for (int b = 0; b < B; b++) z[b] = tanh_of(z[b]);
            else
                for (int b = 0; b < B; b++) z[b] = sigmoid(z[b]);
        }
        for (int u = 0; u < U; u++) {
            const float *i = gate[u] + now, *f = gate[U + u] + now;
            const float *candidate = gate[2 * U + u] + now, *o = gate[3 * U + u] + now;
            for (int b = 0; b < B; b++) {
                const float next = f[b] * c[u][now + b] + i[b] * candidate[b];
                c[u][now + B + b] = next;
                tanh_c[u][now + b] = tanh_of(next);
                h[u][now + B + b] = o[b] * tanh_c[u][now + b];
            }
        }
    }
    for (int b = 0; b < B; b++) {
        logit[b] = w->dense_bias;
        for (int u = 0; u < U; u++) logit[b] += w->dense[u] * h[u][N + b];
    }
}

/* The mean loss of a batch, and its gradient in d. */
float gradient(const Weights *w, const int *ids, const float *labels, const float *mask, Weights *d) {
    float logit[B], dlogit[B], dh[U][B], dc[U][B], loss = 0;
    forward(w, ids, (const float(*)[B])mask, logit);
    memset(d, 0, sizeof *d);
    memset(dc, 0, sizeof dc);
    for (int b = 0; b < B; b++) {
        loss += logf(1 + expf(labels[b] > 0.5f ? -logit[b] : logit[b])) / B;
        dlogit[b] = (sigmoid(logit[b]) - labels[b]) / B;
        d->dense_bias += dlogit[b];
    }
    for (int u = 0; u < U; u++) {
        for (int b = 0; b < B; b++) {
            d->dense[u] += dlogit[b] * h[u][N + b];
            dh[u][b] = dlogit[b] * w->dense[u];
        }
    }
    for (int t = T - 1; t >= 0; t--) {
        const int now = t * B;
        for (int u = 0; u < U; u++) {
            for (int b = 0; b < B; b++) {
                const float i = gate[u][now + b], f = gate[U + u][now + b];
                const float candidate = gate[2 * U + u][now + b], o = gate[3 * U + u][now + b];
                const float th = tanh_c[u][now + b];
                const float carried = dc[u][b] + dh[u][b] * o * (1 - th * th);
                dgate[u][now + b] = carried * candidate * i * (1 - i);
                dgate[U + u][now + b] = carried * c[u][now + b] * f * (1 - f);
                dgate[2 * U + u][now + b] = carried * i * (1 - candidate * candidate);
                dgate[3 * U + u][now + b] = dh[u][b] * th * o * (1 - o);
                dc[u][b] = carried * f;
            }
        }
        memset(dh, 0, sizeof dh);
        add_product(U, G, w->recurrent[0], G, 1, dgate[0] + now, N, dh[0], B);
        for (int e = 0; e < E; e++) memset(dx[e] + now, 0, B * sizeof(float));
        add_product(E, G, w->kernel[0], G, 1, dgate[0] + now, N, dx[0] + now, N);
    }
    for (int g = 0; g < G; g++)
        for (int n = 0; n < N; n++) d->bias[g] += dgate[g][n];
    for (int g = 0; g < G; g += 4) {
        for (int e = 0; e < E; e++) four_dots(x[e], dgate[g], &d->kernel[e][g]);
        for (int u = 0; u < U; u++) four_dots(h[u], dgate[g], &d->recurrent[u][g]);
    }
    for (int t = 0; t < T; t++)
        for (int b = 0; b < B; b++)
            for (int e = 0; e < E; e++)
                d->embedding[ids[b * T + t]][e] += dx[e][t * B + b] * mask[e * B + b];
    return loss;
}

/* The mean loss of `batches` batches, trained one after another; `slots` is RMSprop's memory. */
float train(Weights *w, Weights *slots, const int *ids, const float *labels, const float *masks,
            int batches, float rate) {
    static Weights d;
    float *weight = (float *)w, *slot = (float *)slots, *step = (float *)&d, loss = 0;
    for (int batch = 0; batch < batches; batch++) {
        loss += gradient(w, ids + batch * N, labels + batch * B, masks + batch * E * B, &d) / batches;
        for (int k = 0; k < (int)(sizeof d / sizeof(float)); k++) {
            slot[k] = 0.9f * slot[k] + 0.1f * step[k] * step[k];
            weight[k] -= rate * step[k] / sqrtf(slot[k] + 1e-7f);
        }
    }
    return loss;
}

/* The logits of `batches` batches: the validation. */
void judge(const Weights *w, const int *ids, int batches, float *logits) {
    static float ones[E][B];
    for (int k = 0; k < E * B; k++) ((float *)ones)[k] = 1;
    for (int batch = 0; batch < batches; batch++)
        forward(w, ids + batch * N, (const float(*)[B])ones, logits + batch * B);
}
