"""Where a message may go, judged in the deciding functions alone: nothing is connected to."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from pages.webhooks.addresses import (
    RefusedAddress,
    Target,
    check_reached,
    is_public,
    read_target,
)

# What a name may lead to


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "2a00:1450:4001:81b::200e",
        "2001:4860:4860::8888",
    ],
)
def test_a_host_of_the_public_internet_is_reached(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("0.0.0.0", "this host"),  # noqa: S104  nothing is bound to it
        ("0.1.2.3", "this network"),
        ("10.0.0.1", "private"),
        ("100.64.0.1", "carrier"),
        ("100.100.100.200", "metadata of Alibaba"),
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("168.63.129.16", "agent of Azure"),
        ("169.254.169.254", "metadata of most clouds"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.0.0.1", "protocols"),
        ("192.0.0.192", "metadata of Oracle"),
        ("192.0.2.1", "documentation"),
        ("192.88.99.1", "6to4 relay"),
        ("192.168.1.1", "private"),
        ("198.18.0.1", "benchmark"),
        ("203.0.113.9", "documentation"),
        ("224.0.0.1", "multicast"),
        ("239.255.255.255", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "broadcast"),
        ("::", "this host"),
        ("::1", "loopback"),
        ("::127.0.0.1", "IPv4-compatible"),
        ("::ffff:127.0.0.1", "IPv4-mapped"),
        ("::ffff:8.8.8.8", "IPv4-mapped, of a public one"),
        ("::ffff:0:127.0.0.1", "IPv4-translated"),
        ("64:ff9b::7f00:1", "NAT64 of loopback"),
        ("64:ff9b:1::a00:1", "NAT64 of one's own"),
        ("100::1", "discard"),
        ("2001::7f00:1", "Teredo"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"),
        ("2001:10::1", "ORCHID"),
        ("2001:20::1", "ORCHIDv2"),
        ("2001:db8::1", "documentation"),
        ("2002:7f00:1::", "6to4 of loopback"),
        ("2002:a9fe:a9fe::1", "6to4 of metadata"),
        ("3fff::1", "documentation"),
        ("5f00::1", "segment routing"),
        ("fc00::1", "unique local"),
        ("fd00:ec2::254", "metadata of Amazon"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local with its zone"),
        ("2606:4700:4700::1111%eth0", "public with a zone"),
        ("fec0::1", "site-local"),
        ("ff02::1", "multicast"),
        ("127.1", "no address"),
        ("2130706433", "no address"),
        ("", "no address"),
    ],
)
def test_anything_else_is_not(address, what):
    assert not is_public(address), what


def test_nothing_that_python_knows_as_not_global_is_public():
    """Our list is longer than Python's, and forgets nothing that is on it."""
    for first in range(256):
        for second in (0, 1, 16, 31, 64, 127, 168, 254):
            for last in ("0.0", "0.1", "99.1", "100.1", "2.1", "113.1"):
                address = f"{first}.{second}.{last}"
                assert ip_address(address).is_global or not is_public(address)
    for group in (*range(0, 0x2000, 97), *range(0x2000, 0x2700), *range(0x2700, 0x10000, 97)):
        for rest in ("::1", ":db8::1", ":10::1", ":7f00:1::1"):
            address = f"{group:x}{rest}"
            assert ip_address(address).is_global or not is_public(address)


@pytest.mark.parametrize(
    "found",
    [
        [],
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["2606:4700:4700::1111", "8.8.8.8", "fd00::1"],
        ["10.0.0.1", "8.8.8.8"],
    ],
)
def test_a_name_that_leads_to_one_private_address_among_others_is_refused(found):
    with pytest.raises(RefusedAddress) as refused:
        check_reached(found)
    assert all(address not in str(refused.value) for address in found)


def test_a_name_that_leads_to_public_addresses_alone_is_not():
    check_reached(["8.8.8.8", "2606:4700:4700::1111"])


# What an address may say


@pytest.mark.parametrize(
    ("url", "target"),
    [
        (
            "https://hooks.example.org/clinic?key=1",
            Target("https", "hooks.example.org", 443, "/clinic?key=1"),
        ),
        ("HTTPS://Hooks.Example.ORG", Target("https", "hooks.example.org", 443, "/")),
        ("https://hooks.example.org:8443/", Target("https", "hooks.example.org", 8443, "/")),
        ("https://xn--bcher-kva.example/x", Target("https", "xn--bcher-kva.example", 443, "/x")),
        ("https://8.8.8.8/", Target("https", "8.8.8.8", 443, "/")),
        (
            "https://[2606:4700:4700::1111]/",
            Target("https", "2606:4700:4700::1111", 443, "/"),
        ),
    ],
)
def test_an_https_address_is_read(url, target):
    assert read_target(url) == target


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "ftp://hooks.example.org/",
        "file:///etc/passwd",
        "gopher://hooks.example.org/",
        "//hooks.example.org/",
        "hooks.example.org",
        "https:hooks.example.org",
        "https:///path",
        "https://",
        "https://hooks.example.org:80/",
        "https://hooks.example.org:22/",
        "https://hooks.example.org:0/",
        "https://hooks.example.org:99999/",
        "https://hooks.example.org:/",
        "https://hooks.example.org:443x/",
        "https://ok@127.0.0.1/",
        "https://hooks.example.org@127.0.0.1/",
        "https://user:password@hooks.example.org/",
        "https://127.0.0.1\\@hooks.example.org/",
        "https://hooks.example.org\\.evil.example/",
        "https://hooks.example.org/#fragment",
        "https://hooks.example.org?query",
        "https://hooks.example.org /",
        " https://hooks.example.org/",
        "https://hooks.example.org/\n",
        "https://hooks.example.org/\r\nHost: other",
        "https://hooks.example.org/\x00",
        "https://hooks.example.org/a b",
        "https://hooks.example.org/é",
        "https://hooks.example.org./",
        "https://.example.org/",
        "https://hooks..example.org/",
        "https://-hooks.example.org/",
        "https://hooks-.example.org/",
        "https://localhost/",
        "https://localhost./",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://127.0.0.1./",
        "https://127.1/",
        "https://127.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://017700000001/",
        "https://127.0.0.0x1/",
        "https://0/",
        "https://0.0.0.0/",
        "https://1.1.1.1.1/",
        "https://256.1.1.1/",
        "https://hooks.example.1/",
        "https://１２７.0.0.1/",
        "https://①②⑦.⓪.⓪.①/",
        "https://127。0。0。1/",
        "https://bücher.example/",
        "https://ｈooks.example.org/",
        "https://127.0.0.1%2f@hooks.example.org/",
        "https://%31%32%37.0.0.1/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[64:ff9b::127.0.0.1]/",
        "https://[2002:7f00:1::]/",
        "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[127.0.0.1]/",
        "https://[8.8.8.8]/",
        "https://[::1/",
        "https://::1/",
        "https://[v1.x]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://192.168.0.1/",
        "https://" + "a" * 64 + ".example.org/",
        "https://hooks.example.org/" + "a" * 500,
    ],
)
def test_any_other_address_is_refused_with_what_is_allowed(url):
    with pytest.raises(RefusedAddress) as refused:
        read_target(url)
    assert str(refused.value)


def test_tests_and_development_may_reach_this_machine():
    read = {
        url: read_target(url, allow_private=True)
        for url in ("http://127.0.0.1:8140/x", "http://localhost:8140/", "https://[::1]:1/")
    }
    assert read["http://127.0.0.1:8140/x"] == Target("http", "127.0.0.1", 8140, "/x")
    check_reached(["127.0.0.1"], allow_private=True)
    for url in ("http://user@127.0.0.1/", "http://127.1/", "http://127.0.0.1:0/"):
        with pytest.raises(RefusedAddress):
            read_target(url, allow_private=True)
