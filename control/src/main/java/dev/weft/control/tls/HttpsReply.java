package dev.weft.control.tls;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The only answer on a connection.
 *
 * @param status for example {@code 200 OK}
 * @param fields further header fields, each with its line end
 * @param type content type of the text
 * @param result one word for the metric
 */
public record HttpsReply(String status, String fields, String type, String text, String result) {

    /** Creates a reply without further fields. */
    public HttpsReply(String status, String type, String text, String result) {
        this(status, "", type, text, result);
    }

    /** Writes the reply; returns its result. */
    public String write(OutputStream out) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + "\r\n" + fields + "Content-Type: " + type + "\r\nContent-Length: "
                + body.length + "\r\nConnection: close\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
        return result;
    }
}
