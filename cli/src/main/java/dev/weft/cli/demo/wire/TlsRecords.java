package dev.weft.cli.demo.wire;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * The contents of a byte stream, read as TLS records (RFC 8446 section 5.1).
 *
 * @param records number of records, including a last one that is not complete
 * @param foreignBytes number of bytes from the first byte on that belongs to no record
 * @param version13 whether the stream has a ServerHello that agrees to TLS 1.3
 * @param group the group of the key exchange in that ServerHello (RFC 8446 section 4.2.8); 0 if it has none
 */
public record TlsRecords(int records, long foreignBytes, boolean version13, int group) {

    /** Group X25519MLKEM768, which a quantum computer does not break either (IANA, TLS supported groups). */
    public static final int X25519MLKEM768 = 0x11ec;

    private static final int HEADER_BYTES = 5;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int HANDSHAKE = 22;
    private static final int APPLICATION_DATA = 23;
    private static final int LEGACY_VERSION_10 = 0x0301;
    private static final int LEGACY_VERSION_12 = 0x0303;
    /** Plaintext of 2^14 bytes and an expansion of 256 bytes (RFC 8446 section 5.2). */
    private static final int MAX_RECORD_BYTES = (1 << 14) + 256;

    private static final int SERVER_HELLO = 2;
    private static final int HANDSHAKE_HEADER_BYTES = 4;
    private static final int VERSION_AND_RANDOM_BYTES = 34;
    private static final int CIPHER_AND_COMPRESSION_BYTES = 3;
    private static final int EXTENSION_SUPPORTED_VERSIONS = 43;
    private static final int EXTENSION_KEY_SHARE = 51;
    private static final int TLS_1_3 = 0x0304;

    static TlsRecords of(byte[] stream) {
        ByteBuffer bytes = ByteBuffer.wrap(stream);
        int records = 0;
        ServerHello agreed = ServerHello.NONE;
        while (bytes.remaining() >= HEADER_BYTES) {
            int start = bytes.position();
            int type = bytes.get() & 0xff;
            int version = bytes.getShort() & 0xffff;
            int length = bytes.getShort() & 0xffff;
            if (!isHeader(type, version, length)) {
                return new TlsRecords(records, stream.length - start, agreed.version13(), agreed.group());
            }
            records++;
            int held = Math.min(length, bytes.remaining());
            if (type == HANDSHAKE && held > 0) {
                ServerHello hello = ServerHello.in(bytes.slice(bytes.position(), held));
                agreed = hello.version13() ? hello : agreed;
            }
            bytes.position(bytes.position() + held);
        }
        return new TlsRecords(records, 0, agreed.version13(), agreed.group());
    }

    private static boolean isHeader(int type, int version, int length) {
        return type >= CHANGE_CIPHER_SPEC
                && type <= APPLICATION_DATA
                && (version == LEGACY_VERSION_10 || version == LEGACY_VERSION_12)
                && length > 0
                && length <= MAX_RECORD_BYTES;
    }

    /** The choices of a ServerHello in its extensions (RFC 8446 section 4.1.3). */
    private record ServerHello(boolean version13, int group) {

        static final ServerHello NONE = new ServerHello(false, 0);

        static ServerHello in(ByteBuffer handshake) {
            try {
                return handshake.get(0) == SERVER_HELLO ? read(handshake.duplicate()) : NONE;
            } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
                return NONE;
            }
        }

        private static ServerHello read(ByteBuffer hello) {
            hello.position(HANDSHAKE_HEADER_BYTES + VERSION_AND_RANDOM_BYTES);
            int sessionIdBytes = hello.get() & 0xff;
            hello.position(hello.position() + sessionIdBytes + CIPHER_AND_COMPRESSION_BYTES);
            int end = (hello.getShort() & 0xffff) + hello.position();
            boolean version13 = false;
            int group = 0;
            while (hello.position() < end) {
                int extension = hello.getShort() & 0xffff;
                int length = hello.getShort() & 0xffff;
                int next = hello.position() + length;
                switch (extension) {
                    case EXTENSION_SUPPORTED_VERSIONS -> version13 = (hello.getShort() & 0xffff) == TLS_1_3;
                    case EXTENSION_KEY_SHARE -> group = hello.getShort() & 0xffff;
                    default -> {}
                }
                hello.position(next);
            }
            return new ServerHello(version13, group);
        }
    }
}
