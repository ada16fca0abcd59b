package dev.weft.proxy.egress;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Makes ClientHellos, whole and broken. */
public final class Hello {
    private final ByteArrayOutputStream extensions = new ByteArrayOutputStream();

    Hello extension(int type, byte[] body) {
        u16(extensions, type);
        u16(extensions, body.length);
        extensions.writeBytes(body);
        return this;
    }

    /** With the extension server_name. */
    public Hello naming(String host) {
        return extension(0, names(0, host));
    }

    static byte[] names(int kind, String... hosts) {
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        for (String host : hosts) {
            byte[] name = host.getBytes(StandardCharsets.ISO_8859_1);
            list.write(kind);
            u16(list, name.length);
            list.writeBytes(name);
        }
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        u16(names, list.size());
        names.writeBytes(list.toByteArray());
        return names.toByteArray();
    }

    /** The handshake message. */
    byte[] message() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        u16(body, 0x0303);
        body.writeBytes(new byte[32]);
        body.write(0);
        u16(body, 2);
        u16(body, 0x1301);
        body.write(1);
        body.write(0);
        u16(body, extensions.size());
        body.writeBytes(extensions.toByteArray());
        return message(1, body.toByteArray());
    }

    static byte[] message(int type, byte[] body) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(type);
        message.write(body.length >> 16);
        u16(message, body.length & 0xffff);
        message.writeBytes(body);
        return message.toByteArray();
    }

    /** In records of so many octets. */
    static byte[] records(byte[] message, int each) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int at = 0; at < message.length; at += each) {
            int length = Math.min(each, message.length - at);
            records.write(22);
            u16(records, 0x0301);
            u16(records, length);
            records.write(message, at, length);
        }
        return records.toByteArray();
    }

    /** In one record. */
    public byte[] octets() {
        byte[] message = message();
        return records(message, message.length);
    }

    private static void u16(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }
}
