package dev.weft.control.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers GET on a few paths, in clear: for a loopback address, or one that only operators reach. */
public final class AdminServer implements AutoCloseable {

    /** What an answer is. */
    public record Answer(int status, String contentType, String body) {

        /** Plain text. */
        public static Answer text(int status, String body) {
            return new Answer(status, "text/plain; charset=utf-8", body + "\n");
        }

        /** JSON, status 200. */
        public static Answer json(String body) {
            return new Answer(200, "application/json", body + "\n");
        }

        /** 200 without reasons, else 503 with them, a line each. */
        public static Answer health(List<String> reasons) {
            return reasons.isEmpty() ? text(200, "ok") : text(503, String.join("\n", reasons));
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int BACKLOG = 16;

    private final HttpServer server;
    private final ExecutorService executor;

    private AdminServer(HttpServer server, ExecutorService executor) {
        this.server = server;
        this.executor = executor;
    }

    /**
     * Listens.
     *
     * @param paths each with its answer, made anew for each request
     * @throws IOException if the address cannot be listened on
     */
    public static AdminServer start(InetSocketAddress listen, Map<String, Supplier<Answer>> paths) throws IOException {
        HttpServer server = HttpServer.create(listen, BACKLOG);
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(executor);
        server.createContext("/", exchange -> answer(exchange, paths));
        server.start();
        return new AdminServer(server, executor);
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, Map<String, Supplier<Answer>> paths) throws IOException {
        try (exchange) {
            Answer answer =
                    answer(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), paths);
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            exchange.sendResponseHeaders(answer.status(), body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    private static Answer answer(String method, String path, Map<String, Supplier<Answer>> paths) {
        if (!method.equals("GET")) {
            return Answer.text(405, "only GET");
        }
        Supplier<Answer> answer = paths.get(path);
        if (answer == null) {
            return Answer.text(
                    404,
                    "no such page; there are "
                            + paths.keySet().stream().sorted().toList());
        }
        try {
            return answer.get();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("path", path).log("admin page failed");
            return Answer.text(500, "failed; the log says why");
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
