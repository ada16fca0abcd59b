package dev.weft.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** An application: says back what it is told, and ends when its peer has. */
final class EchoServer implements AutoCloseable {
    private final ServerSocket server;

    /** What it does with a connection. */
    interface Behaviour {
        void handle(Socket socket) throws IOException;
    }

    EchoServer() throws IOException {
        this(socket -> {
            socket.getInputStream().transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        });
    }

    EchoServer(Behaviour behaviour) throws IOException {
        this(behaviour, 0);
    }

    /** With a receive buffer of so many bytes, as good as none; 0 for the kernel's choice. */
    EchoServer(Behaviour behaviour, int receiveBuffer) throws IOException {
        server = new ServerSocket();
        if (receiveBuffer > 0) {
            server.setReceiveBufferSize(receiveBuffer);
        }
        server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 2048);
        Thread.startVirtualThread(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.startVirtualThread(() -> {
                        try (socket) {
                            behaviour.handle(socket);
                        } catch (IOException e) {
                            // the peer has gone, as some tests want
                        }
                    });
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
