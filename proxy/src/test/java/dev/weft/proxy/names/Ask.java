package dev.weft.proxy.names;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A client of a resolver, octet by octet. */
final class Ask implements AutoCloseable {
    static final int A = 1;
    static final int PTR = 12;
    static final int AAAA = 28;

    private static final int WAIT_MILLIS = 30_000;

    private final InetSocketAddress server;
    private final DatagramSocket socket;

    Ask(int port) throws IOException {
        server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(WAIT_MILLIS);
    }

    /** A question, as many clients ask it: with recursion desired, without EDNS. */
    static byte[] question(int id, String name, int type) {
        return question(id, name, type, 1, new byte[0]);
    }

    /** The same of a client that takes so many octets by UDP. */
    static byte[] edns(int id, String name, int type, int size, int version) {
        byte[] opt = {0, 0, 41, (byte) (size >> 8), (byte) size, 0, (byte) version, 0, 0, 0, 0};
        return question(id, name, type, 1, opt);
    }

    static byte[] question(int id, String name, int type, int qclass, byte[] additional) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        numbers(out, id, 0x0100, 1, 0, 0, additional.length == 0 ? 0 : 1);
        for (String label : name.split("\\.", -1)) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        out.write(0);
        numbers(out, type, qclass);
        out.writeBytes(additional);
        return out.toByteArray();
    }

    static void numbers(ByteArrayOutputStream out, int... values) {
        for (int value : values) {
            out.write(value >> 8);
            out.write(value);
        }
    }

    void send(byte[] message) throws IOException {
        socket.send(new DatagramPacket(message, message.length, server));
    }

    Said receive() throws IOException {
        byte[] buffer = new byte[65_535];
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        return new Said(Arrays.copyOf(buffer, packet.getLength()));
    }

    Said ask(byte[] message) throws IOException {
        send(message);
        return receive();
    }

    Said ask(String name, int type) throws IOException {
        return ask(question(7, name, type));
    }

    /** By TCP. */
    Said stream(byte[] message) throws IOException {
        try (Socket stream = new Socket(server.getAddress(), server.getPort())) {
            stream.setSoTimeout(WAIT_MILLIS);
            return stream(stream, message);
        }
    }

    static Said stream(Socket stream, byte[] message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        numbers(out, message.length);
        out.writeBytes(message);
        OutputStream to = stream.getOutputStream();
        to.write(out.toByteArray());
        to.flush();
        DataInputStream in = new DataInputStream(stream.getInputStream());
        return new Said(in.readNBytes(in.readUnsignedShort()));
    }

    @Override
    public void close() {
        socket.close();
    }

    /** An answer. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Said(byte[] message) {
        int id() {
            return Dns.number(message, 0);
        }

        int flags() {
            return Dns.number(message, 2);
        }

        int rcode() {
            return flags() & 0xf;
        }

        boolean truncated() {
            return (flags() & 0x0200) != 0;
        }

        int answers() {
            return Dns.number(message, 6);
        }

        /** Whether it says in whose zone there is nothing. */
        boolean hasAuthority() {
            return Dns.number(message, 8) == 1;
        }

        /** The addresses in its answers, whose names are compressed. */
        List<String> addresses() throws UnknownHostException {
            List<String> addresses = new ArrayList<>();
            int at = 12;
            while (message[at] != 0) {
                at += 1 + message[at];
            }
            at += 5;
            for (int i = 0; i < answers(); i++) {
                int length = Dns.number(message, at + 10);
                addresses.add(InetAddress.getByAddress(Arrays.copyOfRange(message, at + 12, at + 12 + length))
                        .getHostAddress());
                at += 12 + length;
            }
            return addresses;
        }
    }
}
