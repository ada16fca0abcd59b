package dev.weft.kubernetes.webhook;

import static java.util.Objects.requireNonNull;

import dev.weft.daemon.http.RequestHead;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
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
 * One request of HTTP/1.1 and its answer: {@code POST /inject} with an AdmissionReview, of a length that is said beforehand. All
 * else is refused, with nothing done.
 */
final class WebhookExchange {

    /** The longest body: API servers store no object that is longer than three quarters of that. */
    static final int MAX_BODY = 2 * 1024 * 1024;

    /** The longest body of those that have memory of their own, as nearly all pods are of some KiB. */
    static final int SMALL_BODY = 256 * 1024;

    static final String PATH = "/inject";

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");
    private static final Logger LOG = LoggerFactory.getLogger(WebhookExchange.class);

    /** Whose request it is, who is told how far it has come. */
    interface Peer {

        InetAddress address();

        /** The body comes now. */
        void headRead();

        /** All has come. */
        void bodyRead();
    }

    /**
     * An answer.
     *
     * @param result a word for the metric
     */
    private record Reply(String status, String type, String text, String result) {

        static Reply bad(String status, String text) {
            return new Reply(status, "text/plain", text + "\n", "bad_request");
        }
    }

    private final Reviews reviews;
    private final BodyPool small = new BodyPool(4 * MAX_BODY, 2 * SMALL_BODY, 2, PATIENCE);
    private final BodyPool large = new BodyPool(4 * MAX_BODY, MAX_BODY, 1, PATIENCE);

    WebhookExchange(Reviews reviews) {
        this.reviews = requireNonNull(reviews, "reviews");
    }

    /**
     * Reads a request and answers it.
     *
     * @return what came of it, a word for the metric
     * @throws IOException if the connection ends before
     */
    String serve(InputStream in, OutputStream out, Peer peer) throws IOException {
        Reply reply = reply(in, peer);
        write(out, reply);
        return reply.result();
    }

    private Reply reply(InputStream in, Peer peer) throws IOException {
        byte[] bytes = new byte[RequestHead.MAX_BYTES];
        int count = 0;
        int length = -1;
        while (length < 0 && count < bytes.length) {
            int read = in.read(bytes, count, bytes.length - count);
            if (read < 0) {
                throw new IOException("the connection ended within a request");
            }
            count += read;
            length = RequestHead.length(bytes, count);
        }
        Optional<RequestHead> head = length < 0 ? Optional.empty() : RequestHead.parse(bytes, length);
        if (head.isEmpty()) {
            return Reply.bad("400 Bad Request", "not a request of HTTP/1.1");
        }
        Optional<Reply> refused = refusal(head.get());
        if (refused.isPresent()) {
            return refused.get();
        }
        int body = Integer.parseInt(values(head.get(), "content-length").getFirst());
        InputStream rest = new SequenceInputStream(new ByteArrayInputStream(bytes, length, count - length), in);
        return reply(rest, body, peer);
    }

    private static Optional<Reply> refusal(RequestHead head) {
        if (!RequestHead.path(head.target()).equals(PATH)) {
            return Optional.of(Reply.bad("404 Not Found", "pods are injected at " + PATH));
        }
        if (!head.method().equals("POST")) {
            return Optional.of(Reply.bad("405 Method Not Allowed", "only POST"));
        }
        List<String> lengths = values(head, "content-length");
        if (!values(head, "transfer-encoding").isEmpty()
                || lengths.size() != 1
                || !LENGTH.matcher(lengths.getFirst()).matches()) {
            return Optional.of(Reply.bad("411 Length Required", "one Content-Length, and no Transfer-Encoding"));
        }
        if (Integer.parseInt(lengths.getFirst()) > MAX_BODY) {
            return Optional.of(Reply.bad("413 Content Too Large", "at most " + MAX_BODY + " bytes"));
        }
        List<String> types = values(head, "content-type");
        return types.size() == 1 && types.getFirst().toLowerCase(Locale.ROOT).startsWith("application/json")
                ? Optional.empty()
                : Optional.of(Reply.bad("415 Unsupported Media Type", "only application/json"));
    }

    private static List<String> values(RequestHead head, String name) {
        return head.fields().stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(RequestHead.Field::value)
                .toList();
    }

    private Reply reply(InputStream in, int length, Peer peer) throws IOException {
        BodyPool pool = length <= SMALL_BODY ? small : large;
        try (BodyPool.Body body = pool.admit(peer.address(), length)) {
            peer.headRead();
            body.read(in);
            peer.bodyRead();
            body.awaitTurn();
            return answer(body.bytes());
        } catch (BodyPool.FullException _) {
            return new Reply("503 Service Unavailable", "text/plain", "too many requests at once\n", "too_many");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private Reply answer(byte[] body) {
        try {
            Reviews.Answer answer = reviews.answer(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString());
            String result = answer.outcome().name().toLowerCase(Locale.ROOT);
            return new Reply("200 OK", "application/json", answer.json(), result);
        } catch (CharacterCodingException _) {
            return Reply.bad("400 Bad Request", "not UTF-8");
        } catch (InvalidReviewException e) {
            return Reply.bad("400 Bad Request", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            LOG.atWarn().log("WEFT-C130: a pod is not made, as the webhook cannot answer: {}", e.getMessage());
            String text = "WEFT-C130: " + e.getMessage() + "\n";
            return new Reply("500 Internal Server Error", "text/plain", text, "unanswered");
        }
    }

    private static void write(OutputStream out, Reply reply) throws IOException {
        byte[] body = reply.text().getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + reply.status() + "\r\nContent-Type: " + reply.type() + "\r\nContent-Length: "
                + body.length + "\r\nConnection: close\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
    }
}
