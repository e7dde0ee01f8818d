"""What an authenticator app computes (RFC 6238: SHA-1, 30 seconds, six digits)."""

import base64
import hashlib
import hmac
import struct
import time


def totp(secret, ahead=0):
    """The code for a base32 secret; `ahead` counts 30-second steps from now."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int(time.time()) // 30 + ahead)
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
