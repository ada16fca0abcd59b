package dev.weft.identity.spiffe;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * A SPIFFE ID: the name of a workload, {@code spiffe://<trust domain>/<path>}, or of a trust domain (no path).
 * SPIFFE-ID section 2.
 *
 * @param path empty, or segments that each begin with a slash; case-sensitive
 */
public record SpiffeId(TrustDomain trustDomain, String path) implements Comparable<SpiffeId> {

    /** Longest ID, in bytes of the whole URI. */
    public static final int MAX_LENGTH = 2048;

    private static final String PREFIX = "spiffe://";

    /** @throws InvalidSpiffeIdException if the path breaks the standard or the ID is too long */
    public SpiffeId {
        requireNonNull(trustDomain, "trustDomain");
        requireNonNull(path, "path");
        checkLength(PREFIX.length() + trustDomain.name().length() + path.length(), path);
        checkPath(path);
    }

    /**
     * Reads a SPIFFE ID. Scheme and trust domain may be in any case; they become lower case.
     *
     * @throws InvalidSpiffeIdException if the text breaks the standard
     */
    public static SpiffeId parse(String text) {
        requireNonNull(text, "text");
        checkLength(text.length(), text);
        if (!text.regionMatches(true, 0, PREFIX, 0, PREFIX.length()) || !isAscii(text, PREFIX.length())) {
            throw new InvalidSpiffeIdException(text, "not a SPIFFE ID (expected: spiffe://<trust domain>/<path>)");
        }
        int slash = text.indexOf('/', PREFIX.length());
        int end = slash < 0 ? text.length() : slash;
        for (int i = PREFIX.length(); i < text.length(); i++) {
            if (text.charAt(i) == '?' || text.charAt(i) == '#') {
                throw new InvalidSpiffeIdException(text, "a SPIFFE ID has neither query nor fragment");
            }
        }
        return new SpiffeId(TrustDomain.parse(text.substring(PREFIX.length(), end)), text.substring(end));
    }

    /**
     * Returns the identity of a service account: {@code spiffe://<trust domain>/ns/<namespace>/sa/<name>}.
     *
     * @throws InvalidSpiffeIdException if a name is not one valid path segment
     */
    public static SpiffeId ofServiceAccount(TrustDomain trustDomain, String namespace, String name) {
        checkSegment(namespace, namespace);
        checkSegment(name, name);
        return new SpiffeId(trustDomain, "/ns/" + namespace + "/sa/" + name);
    }

    /** Returns the service account, if the path has the form {@code /ns/<namespace>/sa/<name>}. */
    public Optional<ServiceAccount> serviceAccount() {
        String[] segments = path.split("/", -1);
        if (segments.length == 5 && segments[1].equals("ns") && segments[3].equals("sa")) {
            return Optional.of(new ServiceAccount(segments[2], segments[4]));
        }
        return Optional.empty();
    }

    /** Whether this is the name of a workload, not of a trust domain. */
    public boolean hasPath() {
        return !path.isEmpty();
    }

    static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '-'
                || c == '_';
    }

    /** Whether the first characters are ASCII. regionMatches ignores case, and so takes ſ (U+017F) for s. */
    private static boolean isAscii(String text, int length) {
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    private static void checkLength(int length, String text) {
        if (length > MAX_LENGTH) {
            throw new InvalidSpiffeIdException(
                    text, "the SPIFFE ID has " + length + " bytes (expected: <= " + MAX_LENGTH + ")");
        }
    }

    private static void checkPath(String path) {
        if (path.isEmpty()) {
            return;
        }
        if (path.charAt(0) != '/') {
            throw new InvalidSpiffeIdException(path, "a path begins with '/'");
        }
        for (String segment : path.substring(1).split("/", -1)) {
            checkSegment(segment, path);
        }
    }

    private static void checkSegment(String segment, String path) {
        if (segment.isEmpty()) {
            throw new InvalidSpiffeIdException(path, "the path has an empty segment or ends in '/'");
        }
        if (segment.equals(".") || segment.equals("..")) {
            throw new InvalidSpiffeIdException(path, "the path has the relative segment '" + segment + "'");
        }
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (!isNameCharacter(c)) {
                throw new InvalidSpiffeIdException(
                        path,
                        "the path holds the character " + PeerText.quote(String.valueOf(c))
                                + " (expected: a-z, A-Z, 0-9, '.', '-', '_')");
            }
        }
    }

    @Override
    public int compareTo(SpiffeId other) {
        int byDomain = trustDomain.compareTo(other.trustDomain);
        return byDomain != 0 ? byDomain : path.compareTo(other.path);
    }

    @Override
    public String toString() {
        return PREFIX + trustDomain.name() + path;
    }
}
