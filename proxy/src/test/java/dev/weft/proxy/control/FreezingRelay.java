package dev.weft.proxy.control;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Passes the bytes of one connection on to a server, until what that one says stops on its way. */
final class FreezingRelay implements AutoCloseable {
    private final ServerSocket socket;
    private volatile boolean frozen;

    FreezingRelay(int server) throws IOException {
        socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread _ = Thread.startVirtualThread(() -> serve(server));
    }

    int port() {
        return socket.getLocalPort();
    }

    void freeze() {
        frozen = true;
    }

    private void serve(int server) {
        try (Socket caller = socket.accept();
                Socket called = new Socket(InetAddress.getLoopbackAddress(), server)) {
            Thread asking = Thread.startVirtualThread(() -> pass(caller, called, false));
            pass(called, caller, true);
            asking.join();
        } catch (IOException | InterruptedException e) {
            // the test has ended
        }
    }

    private void pass(Socket from, Socket to, boolean freezes) {
        byte[] bytes = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            for (int count = in.read(bytes); count > 0; count = in.read(bytes)) {
                if (!freezes || !frozen) {
                    to.getOutputStream().write(bytes, 0, count);
                }
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // the other side is gone
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
