package dev.weft.proxy.settings;

import dev.weft.daemon.settings.InvalidSettingsException;
import dev.weft.daemon.text.HostPort;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * Whether and where spans of requests are sent.
 *
 * @param endpoint URL of a collector that speaks OTLP over HTTP, with port and path; empty for no spans
 * @param ratio share of the requests without a trace that become spans, 0 to 1
 */
public record TraceSettings(Optional<URI> endpoint, double ratio) {
    private static final int DEFAULT_PORT = 4318;
    private static final String DEFAULT_PATH = "/v1/traces";

    /** @throws InvalidSettingsException if the ratio is out of range */
    public TraceSettings {
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new InvalidSettingsException("trace-ratio: " + ratio + " (expected: 0-1)");
        }
    }

    /** Reads an endpoint; port and path may be left out. */
    static URI endpoint(String text) {
        try {
            URI said = new URI(text);
            boolean good = "http".equals(said.getScheme())
                    && said.getHost() != null
                    && said.getPort() <= HostPort.MAX_PORT
                    && said.getPort() != 0
                    && said.getUserInfo() == null
                    && said.getQuery() == null
                    && said.getFragment() == null;
            if (!good) {
                throw new IllegalArgumentException(text);
            }
            boolean bare = said.getRawPath().isEmpty() || said.getRawPath().equals("/");
            return new URI(
                    "http",
                    null,
                    said.getHost(),
                    said.getPort() < 0 ? DEFAULT_PORT : said.getPort(),
                    bare ? DEFAULT_PATH : said.getPath(),
                    null,
                    null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
