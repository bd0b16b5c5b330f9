"""Compares our STARK hashes and signatures with fast-stark-crypto, which the exchange's own SDK signs with.

Usage: stark_crosscheck.py STARK_PEER [SEED]

Every check is one function that makes random input, asks both, and compares; the suite prints one line for each and a
closing line `N passed, N failed`, where N counts comparisons.
"""

import contextlib
import os
import random
import subprocess
import sys

import fast_stark_crypto as reference

P = 2**251 + 17 * 2**192 + 1
N = 0x800000000000010FFFFFFFFFFFFFFFFB781126DCAE7B2321E66A241ADC64D2F
NETWORKS = ("SN_MAIN", "SN_SEPOLIA")
BTC = 0x4254432D3600000000000000000000


class Peer:
    """Our side: one line in, one line out."""

    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=10)


@contextlib.contextmanager
def silence():
    """Keeps the library's panics, which it writes to descriptor 2 itself, out of the report."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def felt(source):
    """A random element; now and then one at an edge."""
    return source.choice([0, 1, P - 1, 2**248, 2**251 - 1]) if source.random() < 0.1 else source.randrange(P)


def key(source):
    return source.choice([1, 2, N - 1, N // 2]) if source.random() < 0.05 else source.randrange(1, N)


def amount(source, limit):
    return source.choice([0, 1, limit - 1]) if source.random() < 0.1 else source.randrange(limit)


def trade(source):
    sign = source.choice([1, -1])
    return {
        "base_asset_id": source.choice([BTC, 2, felt(source)]),
        "base_amount": sign * amount(source, 2**63),
        "quote_asset_id": source.choice([1, felt(source)]),
        "quote_amount": -sign * amount(source, 2**63),
        "fee_asset_id": source.choice([1, felt(source)]),
        "fee_amount": amount(source, 2**64),
        "expiration": amount(source, 2**64),
        "salt": amount(source, 2**64),
    }


def domain(network):
    return {"domain_name": "Perpetuals", "domain_version": "v0", "domain_chain_id": network, "domain_revision": "1"}


def words(terms):
    return [hex(value) if name.endswith("_id") else value for name, value in terms.items()]


def orders(source, peer):
    """Hash and signature of orders."""
    private, network = key(source), source.choice(NETWORKS)
    position, terms = amount(source, 2**32), trade(source)
    public = reference.get_public_key(private)
    hashed = reference.get_order_msg_hash(
        position_id=position, user_public_key=public, **terms, **domain(network)
    )
    r, s = reference.sign(private, hashed)
    expected = " ".join(map(hex, (public, hashed, r, s)))
    return expected, peer.ask("order", hex(private), network, position, *words(terms))


def vault_orders(source, peer):
    """Hashes of deposits into vaults."""
    public, network = reference.get_public_key(key(source)), source.choice(NETWORKS)
    position, receiver, terms = amount(source, 2**32), amount(source, 2**32), trade(source)
    hashed = reference.get_limit_order_msg_hash(
        source_position_id=position, receive_position_id=receiver, user_public_key=public, **terms, **domain(network)
    )
    return hex(hashed), peer.ask("vault", hex(public), network, receiver, position, *words(terms))


def transfers(source, peer):
    """Hashes of transfers."""
    public, network = reference.get_public_key(key(source)), source.choice(NETWORKS)
    recipient, position = amount(source, 2**32), amount(source, 2**32)
    rest = {"amount": amount(source, 2**64), "expiration": amount(source, 2**64), "salt": amount(source, 2**64)}
    collateral = felt(source)
    hashed = reference.get_transfer_msg_hash(
        recipient_position_id=recipient, sender_position_id=position, collateral_id=collateral,
        user_public_key=public, **rest, **domain(network),
    )
    answer = peer.ask("transfer", hex(public), network, recipient, position, hex(collateral), *rest.values())
    return hex(hashed), answer


def withdrawals(source, peer):
    """Hashes of withdrawals."""
    public, network = reference.get_public_key(key(source)), source.choice(NETWORKS)
    recipient, position, collateral = felt(source), amount(source, 2**32), felt(source)
    rest = {"amount": amount(source, 2**64), "expiration": amount(source, 2**64), "salt": amount(source, 2**64)}
    hashed = reference.get_withdrawal_msg_hash(
        recipient_hex=hex(recipient), position_id=position, collateral_id=collateral,
        user_public_key=public, **rest, **domain(network),
    )
    answer = peer.ask("withdrawal", hex(public), network, hex(recipient), position, hex(collateral), *rest.values())
    return hex(hashed), answer


def pedersen(source, peer):
    """Pedersen hashes."""
    a, b = felt(source), felt(source)
    return hex(reference.pedersen_hash(a, b)), peer.ask("pedersen", hex(a), hex(b))


def their_signatures(source, peer):
    """Our verification of their signatures."""
    private, hashed = key(source), source.randrange(2**251)
    r, s = reference.sign(private, hashed)
    return "valid", peer.ask("verify", *map(hex, (reference.get_public_key(private), hashed, r, s)))


def spoiled_signatures(source, peer):
    """Both refuse what was changed in one bit."""
    private, hashed = key(source), source.randrange(2**251)
    fields = [reference.get_public_key(private), hashed, *reference.sign(private, hashed)]
    fields[source.randrange(4)] ^= 1 << source.randrange(250)
    try:
        with silence():
            accepted = reference.verify(*fields)
    except BaseException:  # the library panics where a number is out of range, or an x belongs to no point
        accepted = False
    return "valid" if accepted else "invalid", peer.ask("verify", *map(hex, fields))


def derived_keys(source, peer):
    """Keys from Ethereum signatures."""
    signature = "0x" + source.randbytes(65).hex()
    _, public = reference.generate_keypair_from_eth_signature(signature)
    return hex(public), peer.ask("ethereum", signature)


CHECKS = [
    (orders, 300), (vault_orders, 60), (transfers, 60), (withdrawals, 60), (pedersen, 200), (their_signatures, 100),
    (spoiled_signatures, 100), (derived_keys, 60),
]


def main():
    peer = Peer(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    passed = failed = 0
    for check, count in CHECKS:
        source = random.Random(f"{seed} {check.__name__}")
        different = [(ours, theirs) for theirs, ours in (check(source, peer) for _ in range(count)) if ours != theirs]
        passed, failed = passed + count - len(different), failed + len(different)
        print(f"{'FAIL' if different else 'ok  '} {check.__doc__} {count - len(different)} of {count} agree", flush=True)
        for ours, theirs in different[:3]:
            print(f"     ours   {ours}\n     theirs {theirs}")
    peer.close()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
