package dev.weft.kubernetes.install;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decides from which version an installation may be upgraded to which. */
public final class VersionStep {

    private static final Pattern VERSION =
            Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(?:\\.(\\d{1,6}))?([-+~][A-Za-z0-9.+~-]{0,100})?");

    private final Version from;
    private final Version to;

    private VersionStep(Version from, Version to) {
        this.from = from;
        this.to = to;
    }

    /** @param early whether it is a build before the release with these numbers */
    private record Version(String text, int major, int minor, int patch, boolean early) {

        private static final Comparator<Version> ORDER = Comparator.comparingInt(Version::major)
                .thenComparingInt(Version::minor)
                .thenComparingInt(Version::patch)
                .thenComparing(Version::early, Comparator.reverseOrder());

        static Version parse(String text) {
            Matcher matcher = VERSION.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "version: " + text + " (expected: a version such as 1.2.3 or 1.2.3-dev)");
            }
            String rest = matcher.group(4) == null ? "" : matcher.group(4);
            return new Version(
                    text,
                    Integer.parseInt(matcher.group(1)),
                    Integer.parseInt(matcher.group(2)),
                    matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3)),
                    rest.startsWith("-") || rest.startsWith("~"));
        }

        boolean isBefore(Version other) {
            return ORDER.compare(this, other) < 0;
        }
    }

    /**
     * Returns the step between two versions.
     *
     * @throws IllegalArgumentException if a text is not a version
     */
    public static VersionStep of(String from, String to) {
        return new VersionStep(Version.parse(from), Version.parse(to));
    }

    /**
     * Returns why the step is not allowed; empty if it is. Builds before the same release have no order: each may
     * follow each.
     */
    public Optional<String> refusal() {
        if (to.isBefore(from)) {
            return Optional.of(to.text + " is older than what is installed, " + from.text
                    + ": an older version may not read the state of a newer one");
        }
        if (from.major != to.major) {
            return Optional.of("from " + from.text + " to " + to.text
                    + " is more than one minor version: what changes between major versions is not bridged");
        }
        if (to.minor - from.minor > 1) {
            return Optional.of("from " + from.text + " to " + to.text + " is " + (to.minor - from.minor)
                    + " minor versions: install each between, one after another");
        }
        return Optional.empty();
    }

    /** Whether the minor version changes. Then sidecars that are older than the installed version would be too old. */
    public boolean isToAnotherMinor() {
        return from.major != to.major || from.minor != to.minor;
    }
}
