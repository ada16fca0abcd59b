package dev.weft.kubernetes.webhook;

import static java.util.Objects.requireNonNull;

import dev.weft.control.tls.HttpsConnection;
import dev.weft.control.tls.HttpsListener;
import dev.weft.control.tls.HttpsReply;
import dev.weft.daemon.http.RequestHead;
import dev.weft.daemon.listen.Network;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one HTTP/1.1 request: {@code POST /inject} with an AdmissionReview and a Content-Length. Any other request is
 * refused without further work.
 */
final class WebhookExchange implements HttpsListener.Exchange {

    /**
     * Limits of the listener. API servers wait for 5 s. A connection beyond the limit replaces another, so pods cannot
     * lock out the API servers. Each address counts by itself: API servers and pods often share an IPv6 network.
     */
    static final HttpsListener.Limits LIMITS = new HttpsListener.Limits(
            128, 32, Network::new, true, Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofSeconds(2));

    /** Longest body in bytes. API servers store no object longer than three quarters of it. */
    static final int MAX_BODY = 2 * 1024 * 1024;

    /** Longest body in bytes that uses the separate memory for small bodies. Nearly all pods have a few KiB. */
    static final int SMALL_BODY = 256 * 1024;

    static final String PATH = "/inject";

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");
    private static final Logger LOG = LoggerFactory.getLogger(WebhookExchange.class);

    private final Reviews reviews;
    private final BodyPool small = new BodyPool(4 * MAX_BODY, 2 * SMALL_BODY, 2, PATIENCE);
    private final BodyPool large = new BodyPool(4 * MAX_BODY, MAX_BODY, 1, PATIENCE);

    WebhookExchange(Reviews reviews) {
        this.reviews = requireNonNull(reviews, "reviews");
    }

    @Override
    public String serve(PushbackInputStream in, OutputStream out, HttpsConnection peer) throws IOException {
        return reply(in, peer).write(out);
    }

    private HttpsReply reply(PushbackInputStream in, HttpsConnection peer) throws IOException {
        Optional<RequestHead> head = RequestHead.read(in);
        if (head.isEmpty()) {
            return bad("400 Bad Request", "not a request of HTTP/1.1");
        }
        Optional<HttpsReply> refused = refusal(head.get());
        if (refused.isPresent()) {
            return refused.get();
        }
        int body = Integer.parseInt(values(head.get(), "content-length").getFirst());
        return reply(in, body, peer);
    }

    private static Optional<HttpsReply> refusal(RequestHead head) {
        if (!RequestHead.path(head.target()).equals(PATH)) {
            return Optional.of(bad("404 Not Found", "pods are injected at " + PATH));
        }
        if (!head.method().equals("POST")) {
            return Optional.of(bad("405 Method Not Allowed", "only POST"));
        }
        List<String> lengths = values(head, "content-length");
        if (!values(head, "transfer-encoding").isEmpty()
                || lengths.size() != 1
                || !LENGTH.matcher(lengths.getFirst()).matches()) {
            return Optional.of(bad("411 Length Required", "one Content-Length, and no Transfer-Encoding"));
        }
        if (Integer.parseInt(lengths.getFirst()) > MAX_BODY) {
            return Optional.of(bad("413 Content Too Large", "at most " + MAX_BODY + " bytes"));
        }
        List<String> types = values(head, "content-type");
        return types.size() == 1 && types.getFirst().toLowerCase(Locale.ROOT).startsWith("application/json")
                ? Optional.empty()
                : Optional.of(bad("415 Unsupported Media Type", "only application/json"));
    }

    /** Returns the answer to a request that is not evaluated. */
    private static HttpsReply bad(String status, String text) {
        return new HttpsReply(status, "text/plain", text + "\n", "bad_request");
    }

    private static List<String> values(RequestHead head, String name) {
        return head.fields().stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(RequestHead.Field::value)
                .toList();
    }

    private HttpsReply reply(InputStream in, int length, HttpsConnection peer) throws IOException {
        BodyPool pool = length <= SMALL_BODY ? small : large;
        try (BodyPool.Body body = pool.admit(peer.address(), length)) {
            peer.headRead();
            body.read(in);
            peer.bodyRead();
            body.awaitTurn();
            return answer(body.bytes());
        } catch (BodyPool.FullException _) {
            return new HttpsReply("503 Service Unavailable", "text/plain", "too many requests at once\n", "too_many");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private HttpsReply answer(byte[] body) {
        try {
            Reviews.Answer answer = reviews.answer(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString());
            String result = answer.outcome().name().toLowerCase(Locale.ROOT);
            return new HttpsReply("200 OK", "application/json", answer.json(), result);
        } catch (CharacterCodingException _) {
            return bad("400 Bad Request", "not UTF-8");
        } catch (InvalidReviewException e) {
            return bad("400 Bad Request", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            LOG.atWarn().log("WEFT-C130: a pod is not created, because the webhook cannot answer: {}", e.getMessage());
            String text = "WEFT-C130: " + e.getMessage() + "\n";
            return new HttpsReply("500 Internal Server Error", "text/plain", text, "unanswered");
        }
    }
}
