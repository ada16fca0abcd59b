package dev.weft.cli.demo.wire;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Ethernet frames with a TCP segment in them, made by hand. */
final class Frames {

    private static final int TCP_HEADER_BYTES = 20;

    private Frames() {}

    static byte[] data(int sequence, String payload) {
        return ipv4(sequence, 0x18, payload.getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] syn(int sequence) {
        return ipv4(sequence, 0x02, new byte[0]);
    }

    static byte[] ipv4(int sequence, int flags, byte[] payload) {
        int total = 20 + TCP_HEADER_BYTES + payload.length;
        ByteBuffer frame = ByteBuffer.allocate(14 + total);
        frame.position(12).putShort((short) 0x0800);
        frame.put((byte) 0x45).put((byte) 0).putShort((short) total);
        frame.position(14 + 9).put((byte) 6).putShort((short) 0);
        frame.put(InetAddress.ofLiteral("10.244.0.2").getAddress());
        frame.put(InetAddress.ofLiteral("10.244.0.3").getAddress());
        tcp(frame, sequence, flags, payload);
        return frame.array();
    }

    static byte[] ipv6(int sequence, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(14 + 40 + TCP_HEADER_BYTES + payload.length);
        frame.position(12).putShort((short) 0x86dd);
        frame.putInt(0x60000000).putShort((short) (TCP_HEADER_BYTES + payload.length));
        frame.put((byte) 6).put((byte) 64);
        frame.put(InetAddress.ofLiteral("fd57:e1f7::2").getAddress());
        frame.put(InetAddress.ofLiteral("fd57:e1f7::3").getAddress());
        tcp(frame, sequence, 0x18, payload);
        return frame.array();
    }

    private static void tcp(ByteBuffer frame, int sequence, int flags, byte[] payload) {
        frame.putShort((short) 40_000).putShort((short) 8080).putInt(sequence).putInt(0);
        frame.put((byte) 0x50).put((byte) flags).putShort((short) 100).putInt(0).put(payload);
    }

    /** A capture file of these frames, little-endian as on most machines. */
    static byte[] capture(byte[]... frames) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ByteBuffer header = ByteBuffer.allocate(24).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        header.putInt(0xa1b2c3d4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(262_144)
                .putInt(1);
        file.writeBytes(header.array());
        for (byte[] frame : frames) {
            ByteBuffer record = ByteBuffer.allocate(16).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            file.writeBytes(
                    record.putLong(0).putInt(frame.length).putInt(frame.length).array());
            file.writeBytes(frame);
        }
        return file.toByteArray();
    }
}
