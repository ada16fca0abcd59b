package dev.weft.kubernetes.webhook;

import static java.util.Objects.requireNonNull;

import dev.weft.daemon.http.RequestHead;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request of HTTP/1.1 and its answer: {@code POST /inject} with an AdmissionReview, of a length that is said beforehand. All
 * else is refused, with nothing done.
 */
final class WebhookExchange {

    /** The longest body: API servers store no object of half of that. */
    static final int MAX_BODY = 3 * 1024 * 1024;

    /** Bytes of bodies that are held at once, by all connections together. */
    static final int MAX_BODIES = 8 * 1024 * 1024;

    static final String PATH = "/inject";

    private static final int PATIENCE_SECONDS = 3;
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");
    private static final Logger LOG = LoggerFactory.getLogger(WebhookExchange.class);

    /** An answer that is not the review's. */
    private record Refused(String status, String text) {}

    private final Reviews reviews;
    private final Semaphore bodies = new Semaphore(MAX_BODIES, true);

    WebhookExchange(Reviews reviews) {
        this.reviews = requireNonNull(reviews, "reviews");
    }

    /**
     * Reads a request and answers it.
     *
     * @return what came of it, a word for the metric
     * @throws IOException if the connection ends before
     */
    String serve(InputStream in, OutputStream out) throws IOException {
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
            return refuse(out, new Refused("400 Bad Request", "not a request of HTTP/1.1"));
        }
        Optional<Refused> refused = refusal(head.get());
        if (refused.isPresent()) {
            return refuse(out, refused.get());
        }
        int body = Integer.parseInt(values(head.get(), "content-length").getFirst());
        InputStream rest = new SequenceInputStream(new ByteArrayInputStream(bytes, length, count - length), in);
        return held(rest, body, out);
    }

    private static Optional<Refused> refusal(RequestHead head) {
        if (!RequestHead.path(head.target()).equals(PATH)) {
            return Optional.of(new Refused("404 Not Found", "pods are injected at " + PATH));
        }
        if (!head.method().equals("POST")) {
            return Optional.of(new Refused("405 Method Not Allowed", "only POST"));
        }
        List<String> lengths = values(head, "content-length");
        if (!values(head, "transfer-encoding").isEmpty()
                || lengths.size() != 1
                || !LENGTH.matcher(lengths.getFirst()).matches()) {
            return Optional.of(new Refused("411 Length Required", "one Content-Length, and no Transfer-Encoding"));
        }
        if (Integer.parseInt(lengths.getFirst()) > MAX_BODY) {
            return Optional.of(new Refused("413 Content Too Large", "at most " + MAX_BODY + " bytes"));
        }
        List<String> types = values(head, "content-type");
        return types.size() == 1 && types.getFirst().toLowerCase(Locale.ROOT).startsWith("application/json")
                ? Optional.empty()
                : Optional.of(new Refused("415 Unsupported Media Type", "only application/json"));
    }

    private static List<String> values(RequestHead head, String name) {
        return head.fields().stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(RequestHead.Field::value)
                .toList();
    }

    /** While its bytes are counted among those that are held. */
    private String held(InputStream in, int length, OutputStream out) throws IOException {
        try {
            if (!bodies.tryAcquire(length, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return refuse(out, new Refused("503 Service Unavailable", "too many requests at once"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        try {
            byte[] body = in.readNBytes(length);
            if (body.length < length) {
                throw new IOException("the connection ended within a request");
            }
            return answer(body, out);
        } finally {
            bodies.release(length);
        }
    }

    private String answer(byte[] body, OutputStream out) throws IOException {
        Reviews.Answer answer;
        try {
            answer = reviews.answer(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString());
        } catch (CharacterCodingException _) {
            return refuse(out, new Refused("400 Bad Request", "not UTF-8"));
        } catch (InvalidReviewException e) {
            return refuse(out, new Refused("400 Bad Request", String.valueOf(e.getMessage())));
        } catch (IOException e) {
            LOG.atWarn().log("WEFT-C130: a pod is not made, as the webhook cannot answer: {}", e.getMessage());
            write(out, "500 Internal Server Error", "text/plain", "WEFT-C130: " + e.getMessage() + "\n");
            return "unanswered";
        }
        write(out, "200 OK", "application/json", answer.json());
        return answer.outcome().name().toLowerCase(Locale.ROOT);
    }

    private static String refuse(OutputStream out, Refused refused) throws IOException {
        write(out, refused.status(), "text/plain", refused.text() + "\n");
        return "bad_request";
    }

    private static void write(OutputStream out, String status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length
                + "\r\nConnection: close\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
    }
}
