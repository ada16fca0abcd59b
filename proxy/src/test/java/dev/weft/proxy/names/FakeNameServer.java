package dev.weft.proxy.names;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/** A name server of somebody else's, which answers a question with any number of messages. */
final class FakeNameServer implements AutoCloseable {
    final BlockingQueue<byte[]> asked = new LinkedBlockingQueue<>();
    private final DatagramSocket socket;
    private final ServerSocket listener;

    FakeNameServer(Function<byte[], List<byte[]>> answers) throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        socket = new DatagramSocket(listener.getLocalPort(), InetAddress.getLoopbackAddress());
        Thread _ = Thread.startVirtualThread(() -> datagrams(answers));
        Thread _ = Thread.startVirtualThread(() -> streams(answers));
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The question with an answer of so many addresses. */
    static byte[] answer(byte[] question, int addresses) {
        byte[] message = Arrays.copyOf(question, question.length + addresses * 16);
        Dns.number(message, 2, 0x8180);
        Dns.number(message, 6, addresses);
        for (int i = 0; i < addresses; i++) {
            byte[] data = {(byte) 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, (byte) 192, 0, 2, (byte) i};
            System.arraycopy(data, 0, message, question.length + i * 16, 16);
        }
        return message;
    }

    private void datagrams(Function<byte[], List<byte[]>> answers) {
        byte[] buffer = new byte[4096];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                byte[] question = Arrays.copyOf(buffer, packet.getLength());
                asked.add(question);
                for (byte[] answer : answers.apply(question)) {
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void streams(Function<byte[], List<byte[]>> answers) {
        try {
            while (true) {
                try (Socket stream = listener.accept()) {
                    DataInputStream in = new DataInputStream(stream.getInputStream());
                    DataOutputStream out = new DataOutputStream(stream.getOutputStream());
                    for (byte[] answer : answers.apply(in.readNBytes(in.readUnsignedShort()))) {
                        out.writeShort(answer.length);
                        out.write(answer);
                    }
                }
            }
        } catch (IOException _) {
            // closed
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        listener.close();
    }
}
