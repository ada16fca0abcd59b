package dev.weft.cli.observe;

import dev.weft.api.v1.TapFilter;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.identity.spiffe.SpiffeId;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command that select which requests to watch. */
public final class TapSelection {

    /** Selects every request. */
    public static final TapFilter EVERY = TapFilter.getDefaultInstance();

    private static final Pattern STATUS = Pattern.compile("([1-5])xx|([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?");
    private static final Pattern METHOD = Pattern.compile("[A-Za-z-]{1,32}");
    private static final int CLASS = 100;
    private static final int LAST_OF_CLASS = 99;
    private static final int MAX_PATH = 512;

    @Option(names = "--method", paramLabel = "METHOD", description = "only requests with this method, such as POST.")
    private @Nullable String method;

    @Option(names = "--path-prefix", paramLabel = "PATH", description = "only requests whose path starts with this.")
    private @Nullable String path;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description = "only responses with this status: 404, 4xx or 500-503.")
    private @Nullable String status;

    @Option(names = "--from", paramLabel = "IDENTITY", description = "only requests of the caller with this SPIFFE ID.")
    private @Nullable String from;

    /** Returns the filter to send to the control plane; fails if an option is not valid (WEFT-L100). */
    public TapFilter filter() {
        TapFilter.Builder filter = TapFilter.newBuilder();
        if (method != null) {
            expect(METHOD.matcher(method).matches(), "--method", method, "a method such as GET");
            filter.setMethod(method.toUpperCase(Locale.ROOT));
        }
        if (path != null) {
            expect(path.startsWith("/") && path.length() <= MAX_PATH, "--path-prefix", path, "a path such as /orders");
            filter.setPathPrefix(path);
        }
        if (status != null) {
            Matcher matcher = STATUS.matcher(status);
            expect(matcher.matches(), "--status", status, "a status such as 404, 4xx or 500-503");
            status(filter, matcher);
        }
        if (from != null) {
            filter.setFrom(identity(from));
        }
        return filter.build();
    }

    private static void status(TapFilter.Builder filter, Matcher matcher) {
        if (matcher.group(1) != null) {
            int first = Integer.parseInt(matcher.group(1)) * CLASS;
            filter.setStatusFrom(first).setStatusTo(first + LAST_OF_CLASS);
        } else {
            int first = Integer.parseInt(matcher.group(2));
            filter.setStatusFrom(first)
                    .setStatusTo(matcher.group(3) == null ? first : Integer.parseInt(matcher.group(3)));
        }
    }

    private static String identity(String given) {
        try {
            return SpiffeId.parse(given).toString();
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(
                    "--from: " + e.getMessage(), "'weft identity WORKLOAD' shows the identity of a workload");
        }
    }

    private static void expect(boolean right, String option, String given, String expected) {
        if (!right) {
            throw CommandFailure.usage(
                    option + ": '" + given + "' (expected: " + expected + ")", "see 'weft tap --help'");
        }
    }
}
