package dev.weft.proxy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Stands between two sidecars; may end one direction as a process that dies does. */
final class Forwarder implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 16, MeshFixture.LOOPBACK);
    private final BlockingQueue<Socket> callers = new LinkedBlockingQueue<>();

    Forwarder(int target) throws IOException {
        Thread.startVirtualThread(() -> {
            while (!server.isClosed()) {
                try {
                    Socket caller = server.accept();
                    Socket peer = new Socket(MeshFixture.LOOPBACK, target);
                    callers.add(caller);
                    Thread.startVirtualThread(() -> pump(caller, peer));
                    Thread.startVirtualThread(() -> pump(peer, caller));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // one of them has gone
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** The caller's sidecar sees an end, and no more. */
    void endToCaller() throws IOException, InterruptedException {
        callers.take().shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket caller : callers) {
            caller.close();
        }
    }
}
