package dev.weft.proxy.http;

/** What the next octets of the caller are. */
enum Http1RequestState {
    HEAD,
    BODY,
    /** The current request waits for a place among the concurrent requests. */
    WAITING,
    /** After 101 (Switching Protocols), or after CONNECT: bytes of another protocol. */
    BYTES,
    /** All further bytes are dropped. */
    DROP
}
