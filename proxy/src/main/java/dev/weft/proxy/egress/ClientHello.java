package dev.weft.proxy.egress;

import dev.weft.policy.model.HostPattern;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the server name of a TLS ClientHello (RFC 8446 section 4.1.2, RFC 6066 section 3), which may come in several
 * records and in parts. It is strict: it refuses everything that another reader could understand in another way. The
 * result depends on the octets only, not on how they are split into reads.
 */
final class ClientHello {
    /** The most octets up to the ClientHello's end. */
    static final int MOST = 16 * 1024;

    private static final int HANDSHAKE_RECORD = 22;
    private static final int MAJOR_VERSION = 3;
    private static final int RECORD_HEADER = 5;
    private static final int MAX_RECORD = 16 * 1024;
    private static final int CLIENT_HELLO = 1;
    private static final int HANDSHAKE_HEADER = 4;
    private static final int RANDOM = 32;
    private static final int MAX_SESSION_ID = 32;
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;
    /** Encrypted ClientHello (RFC 9849): the name that counts is encrypted. */
    private static final int ENCRYPTED_CLIENT_HELLO = 0xfe0d;
    /** The predecessor of Encrypted ClientHello. */
    private static final int ENCRYPTED_SERVER_NAME = 0xffce;

    private final byte[] body;
    private int at;

    /** The result of reading. */
    sealed interface Read {
        /** The ClientHello is not complete yet. */
        record Incomplete() implements Read {}

        /** The ClientHello names this host, in lower case. */
        record Named(String host) implements Read {}

        /** The ClientHello names no host that can be relied upon. */
        record Refused(String why) implements Read {}
    }

    private static final class MalformedException extends Exception {
        MalformedException(String message) {
            super(message, null, false, false);
        }
    }

    private ClientHello(byte[] body) {
        this.body = body;
    }

    /** Whether these first octets may begin a ClientHello; false if they are certainly something else. */
    static boolean mayBegin(ByteBuf first) {
        return !first.isReadable() || first.getUnsignedByte(first.readerIndex()) == HANDSHAKE_RECORD;
    }

    /** Reads the octets without consuming them. */
    static Read read(ByteBuf first) {
        try {
            byte[] body = body(first);
            if (body == null) {
                return first.readableBytes() < MOST
                        ? new Read.Incomplete()
                        : new Read.Refused("its ClientHello is longer than " + MOST + " octets");
            }
            String host = new ClientHello(body).host();
            return host == null ? new Read.Refused("its ClientHello has no server name") : new Read.Named(host);
        } catch (MalformedException e) {
            return new Read.Refused(e.getMessage() == null ? "" : e.getMessage());
        }
    }

    /** Returns the ClientHello without its header, joined from the records; null as long as it is not complete. */
    private static byte @Nullable [] body(ByteBuf first) throws MalformedException {
        byte[] handshake = new byte[Math.min(first.readableBytes(), MOST)];
        int length = 0;
        int from = first.readerIndex();
        int end = from + handshake.length;
        while (from < end) {
            int here = record(first, from, end);
            if (here < 0) {
                return null;
            }
            from += RECORD_HEADER;
            int there = Math.min(here, end - from);
            first.getBytes(from, handshake, length, there);
            length += there;
            from += there;
            int wanted = wanted(handshake, length);
            if (wanted >= 0 && length >= wanted) {
                require(length == wanted && there == here, "something follows its ClientHello in the same record");
                byte[] body = new byte[wanted - HANDSHAKE_HEADER];
                System.arraycopy(handshake, HANDSHAKE_HEADER, body, 0, body.length);
                return body;
            }
        }
        return null;
    }

    /** Returns the length of the record that begins here; -1 if its header is not complete. */
    private static int record(ByteBuf first, int from, int end) throws MalformedException {
        require(
                first.getUnsignedByte(from) == HANDSHAKE_RECORD,
                "its ClientHello contains a record that is not a handshake");
        require(end - from < 2 || first.getUnsignedByte(from + 1) == MAJOR_VERSION, "its records are of no known TLS");
        if (end - from < RECORD_HEADER) {
            return -1;
        }
        int length = first.getUnsignedShort(from + RECORD_HEADER - 2);
        require(length > 0 && length <= MAX_RECORD, "a record of " + length + " octets came in its ClientHello");
        return length;
    }

    /** Returns the length of the message with its header; -1 if the header has not come. */
    private static int wanted(byte[] handshake, int length) throws MalformedException {
        if (length == 0) {
            return -1;
        }
        require(handshake[0] == CLIENT_HELLO, "it begins with a handshake message that is no ClientHello");
        if (length < HANDSHAKE_HEADER) {
            return -1;
        }
        int wanted =
                HANDSHAKE_HEADER + ((handshake[1] & 0xff) << 16 | (handshake[2] & 0xff) << 8 | (handshake[3] & 0xff));
        require(wanted <= MOST, "its ClientHello is longer than " + MOST + " octets");
        return wanted;
    }

    private @Nullable String host() throws MalformedException {
        require(u16() >> 8 == MAJOR_VERSION, "its ClientHello is of no known TLS");
        skip(RANDOM);
        int session = u8();
        require(session <= MAX_SESSION_ID, "its ClientHello has a session ID that is too long");
        skip(session);
        int suites = u16();
        require(suites >= 2 && suites % 2 == 0, "its ClientHello has malformed cipher suites");
        skip(suites);
        int compressions = u8();
        require(compressions >= 1, "its ClientHello has malformed compression methods");
        skip(compressions);
        if (at == body.length) {
            return null;
        }
        int extensions = u16();
        require(extensions == body.length - at, "its ClientHello has malformed extensions");
        String host = null;
        while (at < body.length) {
            int type = u16();
            int end = end(u16());
            require(
                    type != ENCRYPTED_CLIENT_HELLO && type != ENCRYPTED_SERVER_NAME,
                    "its ClientHello is encrypted, or looks so: the host cannot be relied upon");
            if (type == SERVER_NAME) {
                require(host == null, "its ClientHello has two server names");
                host = serverName(end);
            }
            at = end;
        }
        return host;
    }

    private String serverName(int end) throws MalformedException {
        require(end - at >= 2 && u16() == end - at, "its server name is malformed");
        require(end - at >= 3 && u8() == HOST_NAME, "its server name is of an unknown kind");
        int length = u16();
        require(length == end - at, "its server name is malformed, or one of several");
        String name = new String(body, at, length, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        require(
                HostPattern.unmet(name) == null && !new HostPattern(name).isWildcard() && !isAddress(name),
                "its server name is no DNS name");
        return name;
    }

    /** Whether the name is an IP address. The last label of a DNS name is never a number (RFC 3696 section 2). */
    private static boolean isAddress(String name) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        return name.startsWith("[") || last.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private int u8() throws MalformedException {
        require(at < body.length, "its ClientHello is cut off");
        return body[at++] & 0xff;
    }

    private int u16() throws MalformedException {
        return u8() << 8 | u8();
    }

    private void skip(int octets) throws MalformedException {
        at = end(octets);
    }

    private int end(int octets) throws MalformedException {
        require(octets <= body.length - at, "its ClientHello is cut off");
        return at + octets;
    }

    private static void require(boolean holds, String otherwise) throws MalformedException {
        if (!holds) {
            throw new MalformedException(otherwise);
        }
    }
}
