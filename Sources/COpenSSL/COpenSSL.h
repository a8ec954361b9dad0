// The only cryptography of the project: OpenSSL's libcrypto, seen by the two executables.
#pragma once
#include <openssl/evp.h>
#include <openssl/hmac.h>
