package dev.weft.proxy.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Sound exchanges, drawn at random: what a caller sends, what its application answers, and what each must get. */
final class Http1Traffic {
    static final String CLIENT_ID = "spiffe://weft.test/ns/shop/sa/web";

    /** The head of the answer to a denied request. */
    static final String DENIED = JudgedConnection.lines(
            "HTTP/1.1 403 Forbidden",
            "weft-code: WEFT-P001",
            "weft-reason: shop/no denies it",
            "content-type: text/plain; charset=us-ascii",
            "content-length: 29",
            "");

    static final String DENIED_BODY = "WEFT-P001: shop/no denies it\n";
    private static final String[] METHODS = {"GET", "HEAD", "POST", "DELETE", "OPTIONS", "PURGE"};
    private static final int MOST_EXCHANGES = 8;

    /** What the caller sends. */
    final StringBuilder requests = new StringBuilder();
    /** What the application must get. */
    final StringBuilder toApplication = new StringBuilder();
    /** What the caller must get. */
    final StringBuilder toCaller = new StringBuilder();
    /** The application's answer to each request that reaches it. */
    final List<String> responses = new ArrayList<>();
    /** Method, target and content of each request that reaches the application. */
    final List<String> passed = new ArrayList<>();
    /** Method of each request. */
    final List<String> methods = new ArrayList<>();
    /** Status and content of each response. */
    final List<String> answered = new ArrayList<>();

    private final Random random;

    Http1Traffic(Random random) {
        this.random = random;
        int exchanges = 1 + random.nextInt(MOST_EXCHANGES);
        for (int i = 0; i < exchanges; i++) {
            exchange(i);
        }
    }

    private void exchange(int number) {
        String method = METHODS[random.nextInt(METHODS.length)];
        boolean denied = random.nextInt(4) == 0;
        String target = (random.nextInt(5) == 0 ? "http://a" : "")
                + (denied ? "/denied/" : "/r")
                + number
                + (random.nextBoolean() ? "?q=/../" : "");
        String head = method + " " + target + " HTTP/1.1\r\n" + fields() + "Host:" + " ".repeat(random.nextInt(3))
                + "a\r\n" + fields();
        String content = method.equals("GET") || random.nextBoolean() ? "" : text(random.nextInt(200));
        String body = body(content);
        int empty = body.startsWith("\r\n") ? 0 : body.indexOf("\r\n\r\n") + 2;
        String framed = head + body.substring(0, empty);
        String rest = body.substring(empty);
        String claimed = random.nextInt(4) == 0 ? "Weft-Client-ID: somebody\r\n" : "";
        if (random.nextInt(6) == 0) {
            requests.append("\r\n");
        }
        requests.append(framed).append(claimed).append(rest);
        methods.add(method);
        if (denied) {
            toCaller.append(DENIED).append(method.equals("HEAD") ? "" : DENIED_BODY);
            answered.add("403 " + (method.equals("HEAD") ? "" : DENIED_BODY));
        } else {
            toApplication
                    .append(framed)
                    .append("weft-client-id: " + CLIENT_ID + "\r\n")
                    .append(rest);
            passed.add(method + " " + target + " " + content);
            String response = response(method);
            responses.add(response);
            toCaller.append(response);
        }
    }

    private String response(String method) {
        StringBuilder response = new StringBuilder();
        while (random.nextInt(5) == 0) {
            response.append("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n");
        }
        int status = new int[] {200, 200, 204, 304, 404, 500}[random.nextInt(6)];
        boolean bodiless = (method.equals("HEAD") && status != 204) || status == 304;
        String content = bodiless || status == 204 ? "" : text(random.nextInt(200));
        String body = status == 204 ? "\r\n" : body(content.isEmpty() && !bodiless ? "x" : content);
        if (status != 204 && content.isEmpty() && !bodiless) {
            content = "x";
        }
        answered.add(status + " " + content);
        String head = "HTTP/1.1 " + status + (random.nextBoolean() ? " Some reason\r\n" : " \r\n") + fields();
        if (bodiless) {
            return response + head + "Content-Length: 1234\r\n\r\n";
        }
        return response + head + body;
    }

    /** The end of a head, and the body. */
    private String body(String content) {
        if (content.isEmpty() && random.nextBoolean()) {
            return "\r\n";
        }
        if (random.nextBoolean()) {
            return "Content-Length: " + content.length() + "\r\n\r\n" + content;
        }
        StringBuilder body = new StringBuilder("Transfer-Encoding: chunked\r\n" + fields() + "\r\n");
        for (int at = 0; at < content.length(); ) {
            int size = Math.min(content.length() - at, 1 + random.nextInt(50));
            body.append("0".repeat(random.nextInt(3)))
                    .append(Integer.toHexString(size))
                    .append(random.nextInt(3) == 0 ? ";name=\"va lue\"" : "")
                    .append("\r\n");
            body.append(content, at, at + size).append("\r\n");
            at += size;
        }
        return body.append("0\r\n")
                .append(random.nextInt(3) == 0 ? "X-Trailer: a\r\n" : "")
                .append("\r\n")
                .toString();
    }

    private String fields() {
        StringBuilder fields = new StringBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            fields.append("X-")
                    .append(random.nextInt(100))
                    .append(":")
                    .append(random.nextBoolean() ? " \t" : "")
                    .append(text(random.nextInt(20)).strip().replaceAll("[\r\n\0]", "-"))
                    .append("\r\n");
        }
        return fields.toString();
    }

    /** Octets of all sorts, more of those that mean something. */
    private String text(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int kind = random.nextInt(6);
            text.append(
                    kind == 0
                            ? "\r\n\0".charAt(random.nextInt(3))
                            : kind == 1 ? (char) (0xa1 + random.nextInt(90)) : (char) ('!' + random.nextInt(90)));
        }
        return text.toString();
    }
}
