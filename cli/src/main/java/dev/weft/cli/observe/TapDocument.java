package dev.weft.cli.observe;

import dev.weft.api.v1.TappedRequest;
import dev.weft.cli.mesh.PeerAddress;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.daemon.text.PlainText;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request that was watched, as a document.
 *
 * @param from the caller's SPIFFE ID, or its address
 * @param status status of the response; 0 if there was none
 * @param grpcStatus status of gRPC; null if there was none
 * @param decision {@code allow} or {@code deny}
 * @param code why the request was denied; empty if it was not
 */
public record TapDocument(
        Instant ended,
        String from,
        int port,
        String protocol,
        String method,
        String path,
        String host,
        int status,
        @Nullable Integer grpcStatus,
        double latencyMillis,
        long bytesIn,
        long bytesOut,
        String decision,
        String policy,
        String code) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
    private static final double MICROS = 1000;
    private static final int SERVER_ERROR = 500;

    /** Makes the document from a request of the control plane's answer. */
    public static TapDocument of(TappedRequest request) {
        return new TapDocument(
                Instant.ofEpochMilli(request.getEnded()),
                request.getFrom().isEmpty() ? address(request) : clean(request.getFrom()),
                request.getPort(),
                clean(request.getProtocol()),
                clean(request.getMethod()),
                clean(request.getPath()),
                clean(request.getHost()),
                request.getStatus(),
                request.hasGrpcStatus() ? request.getGrpcStatus() : null,
                request.getLatencyMicros() / MICROS,
                request.getBytesIn(),
                request.getBytesOut(),
                request.getAllowed() ? "allow" : "deny",
                clean(request.getPolicy()),
                clean(request.getCode()));
    }

    /** Replaces characters that could control a terminal, in text that peers chose. */
    static String clean(String text) {
        return PlainText.of(text);
    }

    private static String address(TappedRequest request) {
        return request.getAddress().isEmpty()
                ? "unknown"
                : PeerAddress.of(request.getAddress()).getHostAddress();
    }

    /**
     * Formats the request as one line for people, the most important parts first.
     *
     * @param own SPIFFE ID of the workload
     */
    public String line(Screen screen, String own, ZoneId zone) {
        boolean allowed = decision.equals("allow");
        boolean failed = !allowed || status == 0 || status >= SERVER_ERROR || (grpcStatus != null && grpcStatus != 0);
        String result =
                (status == 0 ? "---" : Integer.toString(status)) + (grpcStatus == null ? "" : " grpc " + grpcStatus);
        String what = method.isEmpty() ? "(malformed)" : method + " " + path + (host.isEmpty() ? "" : " " + host);
        String why = allowed ? "" : " " + code + (policy.isEmpty() || policy.equals("default") ? "" : " " + policy);
        return screen.paint(Style.FAINT, TIME.format(ended.atZone(zone))) + " "
                + screen.paint(failed ? Style.BAD : Style.GOOD, result)
                + " " + String.format(Locale.ROOT, "%7s", allowed ? Figures.time(latencyMillis) : "refused")
                + " " + screen.paint(Style.NAME, EdgeDocument.brief(from, own))
                + " " + what + screen.paint(Style.BAD, why);
    }
}
