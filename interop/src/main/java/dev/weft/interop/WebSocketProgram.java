package dev.weft.interop;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket client, {@code ws://HOST/PATH}: prints {@code open}, or {@code refused} and the status; sends each line of its
 * input, prints each message, and {@code closed} at the end.
 */
public final class WebSocketProgram {

    private WebSocketProgram() {}

    /** Runs until the connection or the input ends. */
    public static void main(String[] arguments) throws Exception {
        Showing showing = new Showing();
        try (HttpClient client = HttpClient.newHttpClient()) {
            WebSocket socket = client.newWebSocketBuilder()
                    .buildAsync(URI.create(arguments[0]), showing)
                    .join();
            Thread.ofPlatform().daemon().start(() -> sendLines(socket));
            showing.ended.await();
            socket.abort();
        } catch (CompletionException e) {
            System.out.println(
                    e.getCause() instanceof WebSocketHandshakeException refused
                            ? "refused " + refused.getResponse().statusCode()
                            : "failed " + e.getCause());
        }
    }

    private static void sendLines(WebSocket socket) {
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                .lines()
                .forEach(line -> socket.sendText(line, true).join());
    }

    /** Shows what comes. */
    private static final class Showing implements WebSocket.Listener {
        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void onOpen(WebSocket socket) {
            System.out.println("open");
            socket.request(1);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            System.out.println("text " + text);
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            System.out.println("closed");
            ended.countDown();
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            System.out.println("closed");
            ended.countDown();
        }
    }
}
