package dev.weft.kubernetes.webhook;

import dev.weft.control.tls.EndpointTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
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

    /**
     * Connections open at once. One beyond takes the place of one whose request has not come yet, of the address that has the most;
     * if its own has no fewer, it is closed without an answer.
     */
    static final int MAX_CONNECTIONS = 128;

    /** Of them from one address, so that a pod cannot shut out the API servers. */
    static final int MAX_FROM_ONE_ADDRESS = 32;

    private static final Logger LOG = LoggerFactory.getLogger(WebhookServer.class);
    private static final int BACKLOG = 128;
    private static final Duration PAUSE_WHEN_ACCEPT_FAILS = Duration.ofMillis(200);

    private final ServerSocket listener;
    private final SSLContext tls;
    private final WebhookExchange exchange;
    private final WebhookCounts counts;
    private final Set<WebhookConnection> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledThreadPoolExecutor deadlines = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("webhook-deadlines").factory());

    private WebhookServer(ServerSocket listener, SSLContext tls, WebhookExchange exchange, WebhookCounts counts) {
        this.listener = listener;
        this.tls = tls;
        this.exchange = exchange;
        this.counts = counts;
        deadlines.setRemoveOnCancelPolicy(true);
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
        for (long number = 0; !listener.isClosed(); number++) {
            try {
                Socket socket = listener.accept();
                if (makeRoom(socket.getInetAddress())) {
                    begin(socket, number);
                } else {
                    counts.count("too_many");
                    socket.close();
                }
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    LOG.atWarn().setCause(e).log("the webhook cannot accept a connection");
                    LockSupport.parkNanos(PAUSE_WHEN_ACCEPT_FAILS.toNanos());
                }
            }
        }
    }

    private void begin(Socket socket, long number) throws IOException {
        try {
            WebhookConnection connection = new WebhookConnection(socket, number, deadlines);
            open.add(connection);
            connections.execute(() -> serve(connection));
        } catch (RejectedExecutionException _) {
            // Closed meanwhile; close() ends what it finds, and this one may have come after.
            socket.close();
        }
    }

    /** Whether one more of the address may be served. */
    private boolean makeRoom(InetAddress address) {
        Map<InetAddress, Long> held =
                open.stream().collect(Collectors.groupingBy(WebhookConnection::address, Collectors.counting()));
        long own = held.getOrDefault(address, 0L);
        if (own >= MAX_FROM_ONE_ADDRESS || open.size() < MAX_CONNECTIONS) {
            return own < MAX_FROM_ONE_ADDRESS;
        }
        Comparator<WebhookConnection> most =
                Comparator.comparingLong(connection -> held.getOrDefault(connection.address(), 0L));
        Optional<WebhookConnection> gives = open.stream()
                .filter(WebhookConnection::isAwaited)
                .filter(connection -> held.getOrDefault(connection.address(), 0L) > own + 1)
                .min(most.reversed().thenComparingLong(WebhookConnection::number));
        gives.ifPresent(connection -> {
            open.remove(connection);
            connection.end();
        });
        return gives.isPresent();
    }

    private void serve(WebhookConnection connection) {
        connection.onThread(Thread.currentThread());
        Socket raw = connection.socket();
        try {
            raw.setTcpNoDelay(true);
            try (SSLSocket socket = EndpointTls.accept(tls, raw)) {
                counts.count(exchange.serve(socket.getInputStream(), socket.getOutputStream(), connection));
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
            connection.close();
            open.remove(connection);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException _) {
            // The process ends, or tests do.
        }
        open.forEach(WebhookConnection::end);
        deadlines.shutdownNow();
        connections.shutdownNow();
    }
}
