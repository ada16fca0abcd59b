package dev.weft.proxy.names;

/** Constants of the DNS protocol: RFC 1035 section 3.2 and 4.1.1, RFC 3596, RFC 6891. */
final class Dns {
    static final int HEADER = 12;
    static final int PORT = 53;

    static final int A = 1;
    static final int SOA = 6;
    static final int PTR = 12;
    static final int AAAA = 28;
    static final int OPT = 41;
    static final int IXFR = 251;
    static final int AXFR = 252;
    static final int ANY = 255;

    static final int IN = 1;

    static final int OK = 0;
    static final int FORMAT_ERROR = 1;
    static final int SERVER_FAILURE = 2;
    static final int NO_SUCH_NAME = 3;
    static final int NOT_IMPLEMENTED = 4;
    static final int REFUSED = 5;
    /** An extended code (RFC 6891); its upper bits go into the OPT record. */
    static final int BAD_VERSION = 16;

    static final int RESPONSE = 0x8000;
    static final int OPCODE = 0x7800;
    static final int AUTHORITATIVE = 0x0400;
    static final int TRUNCATED = 0x0200;
    static final int RECURSION_DESIRED = 0x0100;
    static final int RECURSION_AVAILABLE = 0x0080;
    static final int RCODE = 0x000f;

    /** Most octets over UDP for a client without EDNS, RFC 1035 section 4.2.1. */
    static final int PLAIN_UDP = 512;
    /** Most octets over UDP, even if the client accepts more. */
    static final int MOST_UDP = 4096;

    private Dns() {}

    static int number(byte[] message, int at) {
        return ((message[at] & 0xff) << 8) | (message[at + 1] & 0xff);
    }

    static void number(byte[] message, int at, int value) {
        message[at] = (byte) (value >> 8);
        message[at + 1] = (byte) value;
    }
}
