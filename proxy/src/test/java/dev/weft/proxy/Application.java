package dev.weft.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/** An application that does what the first byte of a connection says, and tells how the connection went. */
final class Application implements AutoCloseable {
    /** Says everything back. */
    static final int ECHO = 'e';
    /** Sends without end. */
    static final int FLOOD = 'f';
    /** Answers with one byte, then breaks the connection off. */
    static final int RESET = 'r';
    /** Takes no more. */
    static final int DEAF = 'd';
    /** Reads to the end, then stays silent and open. */
    static final int STAY = 's';

    final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    final AtomicLong flooded = new AtomicLong();
    private final EchoServer server;

    Application() throws IOException {
        this(0);
    }

    /** With a receive buffer of so many bytes. */
    Application(int receiveBuffer) throws IOException {
        server = new EchoServer(this::handle, receiveBuffer);
    }

    InetSocketAddress address() {
        return server.address();
    }

    private void handle(Socket socket) throws IOException {
        try {
            switch (socket.getInputStream().read()) {
                case ECHO -> socket.getInputStream().transferTo(socket.getOutputStream());
                case FLOOD -> {
                    byte[] data = new byte[64 * 1024];
                    while (true) {
                        socket.getOutputStream().write(data);
                        flooded.addAndGet(data.length);
                    }
                }
                case RESET -> {
                    socket.getOutputStream().write(RESET);
                    socket.getInputStream().read();
                    socket.setSoLinger(true, 0);
                    return;
                }
                case DEAF -> Thread.sleep(Long.MAX_VALUE);
                case STAY -> {
                    socket.getInputStream().readAllBytes();
                    ends.add("half-closed");
                    Thread.sleep(Long.MAX_VALUE);
                }
                default -> {}
            }
            ends.add("end");
        } catch (SocketException e) {
            ends.add("reset");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
