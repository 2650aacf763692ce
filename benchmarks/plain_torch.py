"""The tutorial's recipe as a plain PyTorch script: what a rewrite by hand would gain.

Written as anyone would: modules of `torch.nn`, batches cut from tensors, an epoch as a loop, the
first weights PyTorch's own. Without an early stop: it is only timed.
Run as `python -m benchmarks.plain_torch ARCH --epochs N`; prints the JSON document of
`benchmarks.plain_keras`, and PyTorch's version. PyTorch is none of the lab's requirements.
"""

import argparse
import json
import resource
import time

STARTED = time.perf_counter()

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

from rnnlab import datasets, home  # noqa: E402

# Two threads, PyTorch's default on 2 cores, take a tenth to a fifth less of a step on an idle
# machine (the Embedding RNN a little more), but tenfold and worse where anything else runs.
THREADS = 1
VOCAB_SIZE = {"onehot-rnn": 300, "embedding-rnn": 300, "lstm": 500, "gru": 500}
BATCH_SIZE = 64


class Network(nn.Module):
    """The tutorial's network; gives logits (batch,). `dropout` is the LSTM's, on its inputs."""

    def __init__(self, arch: str, *, dropout: float = 0.3) -> None:
        super().__init__()
        vocab_size = VOCAB_SIZE[arch]
        if arch == "onehot-rnn":
            # One-hot vectors batch by batch, as all at once take 3 GB: rows of a frozen identity,
            # which make a step a seventh shorter than functional.one_hot.
            self.inputs = nn.Embedding.from_pretrained(torch.eye(vocab_size), freeze=True)
        else:
            self.inputs = nn.Embedding(vocab_size, 16)
        cell = {"lstm": nn.LSTM, "gru": nn.GRU}.get(arch, nn.RNN)
        self.cell = cell(self.inputs.embedding_dim, 8, batch_first=True)
        self.head = nn.Linear(8, 1)
        self.dropout = dropout if arch == "lstm" else 0.0

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        inputs = self.inputs(ids)
        if self.training and self.dropout:
            # One mask per review, the same at each step, is what Keras draws. Written by hand:
            # nn.LSTM's own dropout is between stacked layers, nn.Dropout's differs at each step.
            mask = functional.dropout(torch.ones_like(inputs[:, :1]), self.dropout)
            inputs = inputs * mask
        outputs, _ = self.cell(inputs)  # (batch, maxlen, 8)
        return self.head(outputs[:, -1]).squeeze(1)


def reviews(arch: str, rows, dataset: datasets.Dataset) -> tuple[torch.Tensor, torch.Tensor]:
    """Padded reviews as ids, int64 (len(rows), 100), and their labels, float32."""
    ids = dataset.inputs(rows, vocab_size=VOCAB_SIZE[arch], maxlen=100, truncating="pre")
    return torch.from_numpy(ids).long(), torch.from_numpy(dataset.labels[rows]).float()


def epoch(
    model: Network,
    ids: torch.Tensor,
    labels: torch.Tensor,
    optimizer: torch.optim.Optimizer | None = None,
) -> tuple[float, float]:
    """The mean loss and the accuracy over all reviews; trains where there is an optimizer."""
    loss_of = nn.BCEWithLogitsLoss()
    model.train(optimizer is not None)
    order = torch.randperm(len(ids)) if optimizer else torch.arange(len(ids))
    loss_sum, right = 0.0, 0
    with torch.set_grad_enabled(optimizer is not None):
        for rows in order.split(BATCH_SIZE):
            target = labels[rows]
            logits = model(ids[rows])
            loss = loss_of(logits, target)
            if optimizer:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            loss_sum += loss.item() * len(rows)
            right += ((logits > 0) == target.bool()).sum().item()
    return loss_sum / len(ids), right / len(ids)


def main() -> None:
    """Train one network and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("arch", choices=list(VOCAB_SIZE))
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--threads", type=int, default=THREADS)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    dataset = datasets.load("bundled", home.home())
    training = reviews(options.arch, dataset.train_rows, dataset)
    validation = reviews(options.arch, dataset.validation_rows, dataset)
    model = Network(options.arch)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-4, alpha=0.9, eps=1e-7)
    history: dict[str, list[float]] = {}
    began_s, ended_s = [], []
    for _ in range(options.epochs):
        began_s.append(time.perf_counter() - STARTED)
        loss, accuracy = epoch(model, *training, optimizer)
        val_loss, val_accuracy = epoch(model, *validation)
        ended_s.append(time.perf_counter() - STARTED)
        for name, value in {
            "loss": loss,
            "accuracy": accuracy,
            "val_loss": val_loss,
            "val_accuracy": val_accuracy,
        }.items():
            history.setdefault(name, []).append(value)
    print(
        json.dumps(
            {
                "arch": options.arch,
                "history": history,
                "seconds": [e - b for b, e in zip(began_s, ended_s, strict=True)],
                "first_epoch_ended_s": ended_s[0],
                "whole_s": time.perf_counter() - STARTED,
                "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1.024e-3,
                "version": torch.__version__,
            }
        )
    )


if __name__ == "__main__":
    main()
