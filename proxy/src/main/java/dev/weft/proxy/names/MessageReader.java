package dev.weft.proxy.names;

import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;

/** Reads the parts of a DNS message one after the other, never beyond its end. */
final class MessageReader {
    static final int MAX_LABEL = 63;
    /** Most octets of a name with its lengths, RFC 1035 section 2.3.4. */
    static final int MAX_NAME = 255;

    private static final int POINTER = 0xc0;

    /** A message does not follow the format of RFC 1035 section 4. */
    static final class MalformedException extends Exception {
        MalformedException(String message) {
            super(message, null, false, false); // no stack trace: any client can cause this often
        }
    }

    private final byte[] message;
    private int at;

    MessageReader(byte[] message, int from) {
        this.message = message;
        this.at = from;
    }

    int position() {
        return at;
    }

    boolean atEnd() {
        return at == message.length;
    }

    int octet() throws MalformedException {
        need(1);
        return message[at++] & 0xff;
    }

    int number() throws MalformedException {
        return (octet() << 8) | octet();
    }

    void skip(int octets) throws MalformedException {
        need(octets);
        at += octets;
    }

    /** Reads a name without compression. Returns its labels, with ASCII in lower case and one character per octet. */
    List<String> name() throws MalformedException {
        List<String> labels = new ArrayList<>();
        int start = at;
        for (int length = octet(); length != 0; length = octet()) {
            if (length > MAX_LABEL) {
                throw new MalformedException("a label of " + length + " octets (expected: at most 63)");
            }
            need(length);
            // RFC 4343: only ASCII letters have case.
            labels.add(new AsciiString(message, at, length, false).toLowerCase().toString());
            at += length;
            if (at - start >= MAX_NAME) {
                throw new MalformedException("a name of more than 255 octets");
            }
        }
        return List.copyOf(labels);
    }

    /** Skips a name, also one that ends with a pointer to another place in the message. */
    void skipName() throws MalformedException {
        int start = at;
        for (int length = octet(); length != 0; length = octet()) {
            if (length >= POINTER) {
                skip(1);
                return;
            }
            if (length > MAX_LABEL || at - start > MAX_NAME) {
                throw new MalformedException("no name");
            }
            skip(length);
        }
    }

    private void need(int octets) throws MalformedException {
        if (message.length - at < octets) {
            throw new MalformedException("it ends in the middle");
        }
    }
}
