package dev.weft.kubernetes.webhook;

import dev.weft.control.tls.EndpointTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for API servers: HTTPS, a virtual thread and one request for each connection, within a few seconds. One request, so
 * that the requests of an API server spread over the replicas, and none is sent into a connection that a replica is closing.
 * Anybody in the cluster can reach it, so each address has its share and no more.
 */
final class WebhookServer implements AutoCloseable {

    /** Connections open at once; those beyond are closed without an answer. */
    static final int MAX_CONNECTIONS = 128;

    /** Of them from one address, so that a pod cannot shut out the API servers. */
    static final int MAX_FROM_ONE_ADDRESS = 32;

    /** A connection is closed after this time, whatever it does. API servers wait for 5 s. */
    static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(WebhookServer.class);
    private static final int BACKLOG = 128;
    private static final Duration PAUSE_WHEN_ACCEPT_FAILS = Duration.ofMillis(200);

    private final ServerSocket listener;
    private final SSLContext tls;
    private final WebhookExchange exchange;
    private final WebhookCounts counts;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("webhook-deadlines").factory());

    private WebhookServer(ServerSocket listener, SSLContext tls, WebhookExchange exchange, WebhookCounts counts) {
        this.listener = listener;
        this.tls = tls;
        this.exchange = exchange;
        this.counts = counts;
    }

    /**
     * Listens.
     *
     * @param keys what it shows of itself
     * @throws IOException if the address cannot be listened on
     */
    static WebhookServer start(
            InetSocketAddress listen, KeyManager keys, WebhookExchange exchange, WebhookCounts counts)
            throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.bind(listen, BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw new IOException("webhook: cannot listen on " + listen + ": " + e.getMessage(), e);
        }
        WebhookServer server = new WebhookServer(listener, EndpointTls.context(keys, null), exchange, counts);
        server.connections.execute(server::accept);
        return server;
    }

    /** The port that it listens on. */
    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                if (open.size() >= MAX_CONNECTIONS || openFrom(socket) >= MAX_FROM_ONE_ADDRESS) {
                    counts.count("too_many");
                    socket.close();
                } else {
                    open.add(socket);
                    connections.execute(() -> serve(socket));
                }
            } catch (RejectedExecutionException _) {
                // Closed meanwhile; close() ends the sockets that it finds, and this one may have come after.
                open.forEach(WebhookServer::close);
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    LOG.atWarn().setCause(e).log("the webhook cannot accept a connection");
                    LockSupport.parkNanos(PAUSE_WHEN_ACCEPT_FAILS.toNanos());
                }
            }
        }
    }

    private long openFrom(Socket socket) {
        InetAddress address = socket.getInetAddress();
        return open.stream()
                .filter(other -> address.equals(other.getInetAddress()))
                .count();
    }

    private void serve(Socket raw) {
        Thread thread = Thread.currentThread();
        Runnable end = () -> {
            close(raw);
            thread.interrupt(); // it may wait for the API server
        };
        ScheduledFuture<?> deadline = deadlines.schedule(end, DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        try {
            raw.setTcpNoDelay(true);
            try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(raw, null, raw.getPort(), true)) {
                socket.setSSLParameters(EndpointTls.parameters(tls));
                socket.setUseClientMode(false);
                socket.startHandshake();
                counts.count(exchange.serve(socket.getInputStream(), socket.getOutputStream()));
            }
        } catch (SSLException e) {
            counts.count("no_tls");
            LOG.atDebug().setCause(e).log("no TLS with a client of the webhook");
        } catch (IOException e) {
            counts.count("broken");
            LOG.atDebug().setCause(e).log("connection to the webhook broke");
        } catch (RuntimeException e) {
            counts.count("failed");
            LOG.atError().setCause(e).log("the webhook failed");
        } finally {
            deadline.cancel(false);
            close(raw);
            open.remove(raw);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // It is of no more use either way.
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException _) {
            // The process ends, or tests do.
        }
        open.forEach(WebhookServer::close);
        deadlines.shutdownNow();
        connections.shutdownNow();
    }
}
