package dev.weft.policy.model;

import dev.weft.policy.request.RequestHost;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pattern for the host that a request names: a DNS name, an IP address, or {@code *.example} for all names below
 * {@code example} (but not {@code example} itself).
 *
 * @param text in lower case, without a port; an IPv6 address in the form of {@link RequestHost#normalize}
 */
public record HostPattern(String text) {

    /** The longest DNS name, in characters (RFC 1035 section 2.3.4). */
    private static final int MAX_LENGTH = 253;

    private static final String ANY_BELOW = "*.";
    private static final String LABEL = "[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?";
    private static final Pattern NAME = Pattern.compile("(\\*\\.)?" + LABEL + "(\\." + LABEL + ")*");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]{2,45}\\]");

    /** @throws IllegalArgumentException if the text is not a host in lower case */
    public HostPattern {
        Requirement.check("host", text, unmet(text));
        text = RequestHost.normalize(text);
    }

    /** Returns what a valid text looks like; null if this text is valid. */
    public static @Nullable String unmet(String text) {
        boolean good = text.length() <= MAX_LENGTH
                && (NAME.matcher(text).matches() || (IPV6.matcher(text).matches() && RequestHost.isIpv6(text)));
        return good ? null : "a host in lower case and without a port, such as api.example, *.example or [fd00::1]";
    }

    /** Whether the pattern stands for all names below a name. */
    public boolean isWildcard() {
        return text.startsWith(ANY_BELOW);
    }

    /** Whether the pattern matches a host, given in the form of {@link RequestHost#normalize} and without a port. */
    public boolean matches(String host) {
        return isWildcard()
                ? host.length() >= text.length()
                        && host.regionMatches(host.length() - text.length() + 1, text, 1, text.length() - 1)
                : host.equals(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
