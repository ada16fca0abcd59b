package dev.weft.proxy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/** Stands between two sidecars: connects to the callee at once, and lets bytes pass once it is opened. */
final class Gate implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 16, MeshFixture.LOOPBACK);
    private final CountDownLatch called = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    Gate(int target) throws IOException {
        Thread.startVirtualThread(() -> {
            try {
                Socket caller = server.accept();
                Socket callee = new Socket(MeshFixture.LOOPBACK, target);
                called.countDown();
                opened.await();
                Thread.startVirtualThread(() -> pump(caller, callee));
                Thread.startVirtualThread(() -> pump(callee, caller));
            } catch (IOException e) {
                // the test is over
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // one of them has gone
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** Returns when the callee's kernel has the connection. */
    void awaitCaller() throws InterruptedException {
        called.await();
    }

    void open() {
        opened.countDown();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
