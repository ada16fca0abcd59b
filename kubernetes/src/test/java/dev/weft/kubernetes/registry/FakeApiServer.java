package dev.weft.kubernetes.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An API server that lists what it is told, and whose watches say what a test wants: an event, an error, or nothing more. It speaks
 * HTTP, and answers a request for a WebSocket as one who knows none, upon which clients watch by HTTP.
 */
final class FakeApiServer implements AutoCloseable {

    /** Ends a watch. */
    static final String END = "";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, String> items = new ConcurrentHashMap<>();
    private final Map<String, BlockingQueue<String>> watches = new ConcurrentHashMap<>();
    private final Map<String, String> held = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> watched = new ConcurrentHashMap<>();
    private final AtomicInteger lists = new AtomicInteger();
    private volatile String denied = "";
    private final Set<String> absent = ConcurrentHashMap.newKeySet();
    private volatile boolean down;

    FakeApiServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    KubernetesClient client() {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .withWatchReconnectInterval(10)
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** These are the objects of a resource from now on, as JSON separated by commas. */
    void has(String plural, String json) {
        items.put(plural, json);
    }

    /** The running watch of a resource says this; {@link #END} ends it. */
    void says(String plural, String line) {
        watch(plural).add(line);
    }

    /** Lists a resource only once another one is watched. */
    void holds(String plural, String until) {
        held.put(plural, until);
    }

    /** Refuses to list a resource. */
    void denies(String plural) {
        denied = plural;
    }

    /** Has no such resource. */
    void lacks(String plural, boolean now) {
        if (now) {
            absent.add(plural);
        } else {
            absent.remove(plural);
        }
    }

    /** Answers nothing any more but errors. */
    void isDown(boolean now) {
        down = now;
    }

    /** How often something was listed. */
    int lists() {
        return lists.get();
    }

    private BlockingQueue<String> watch(String plural) {
        return watches.computeIfAbsent(plural, _ -> new LinkedBlockingQueue<>());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String plural = path.substring(path.lastIndexOf('/') + 1);
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            if (down) {
                respond(exchange, 503, status(503, "not now"));
            } else if (absent.contains(plural)) {
                respond(exchange, 404, status(404, "the server could not find the requested resource"));
            } else if (plural.equals(denied)) {
                respond(exchange, 403, status(403, plural + " is forbidden"));
            } else if ("websocket".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Upgrade"))) {
                respond(exchange, 200, "{}");
            } else if (query.contains("watch=true")) {
                watching(exchange, plural);
            } else {
                if (held.containsKey(plural)) {
                    watched(held.get(plural)).await();
                }
                lists.incrementAndGet();
                respond(
                        exchange,
                        200,
                        "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\""
                                + (100 + lists.get()) + "\"},\"items\":[" + items.getOrDefault(plural, "") + "]}");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private CountDownLatch watched(String plural) {
        return watched.computeIfAbsent(plural, _ -> new CountDownLatch(1));
    }

    private void watching(HttpExchange exchange, String plural) throws IOException {
        watched(plural).countDown();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write((bookmark(plural) + "\n").getBytes(StandardCharsets.UTF_8));
            body.flush();
            for (String line = watch(plural).take();
                    !line.equals(END);
                    line = watch(plural).take()) {
                body.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                body.flush();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Which every watch says at times, so that who watches knows that it stands. */
    private static String bookmark(String plural) {
        WatchedKind kind = Arrays.stream(WatchedKind.values())
                .filter(one -> one.context().getPlural().equals(plural))
                .findFirst()
                .orElseThrow();
        String group = kind.context().getGroup() == null ? "" : kind.context().getGroup() + "/";
        return "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"" + kind.word() + "\",\"apiVersion\":\"" + group
                + kind.context().getVersion() + "\",\"metadata\":{\"resourceVersion\":\"150\"}}}";
    }

    static String status(int code, String message) {
        return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"" + message
                + "\",\"reason\":\"" + (code == 410 ? "Expired" : "Other") + "\",\"code\":" + code + "}";
    }

    private static void respond(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        server.stop(0);
    }
}
