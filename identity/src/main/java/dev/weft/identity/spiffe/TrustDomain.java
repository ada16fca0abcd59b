package dev.weft.identity.spiffe;

import static java.util.Objects.requireNonNull;

/**
 * The name of a trust domain: 1 to 255 characters of {@code a-z 0-9 . - _} (SPIFFE-ID section 2.1).
 *
 * <p>The name may look like a DNS name or an IPv4 address, but is never treated as one.
 *
 * @param name in lower case
 */
public record TrustDomain(String name) implements Comparable<TrustDomain> {

    /** Longest name, in bytes. */
    public static final int MAX_LENGTH = 255;

    /** @throws InvalidSpiffeIdException if the name breaks the standard, or is not in lower case */
    public TrustDomain {
        requireNonNull(name, "name");
        check(name);
        if (!name.equals(lowerCase(name))) {
            throw new InvalidSpiffeIdException(name, "a trust domain is generated in lower case");
        }
    }

    /**
     * Reads a name, and converts it to lower case.
     *
     * @throws InvalidSpiffeIdException if the name breaks the standard
     */
    public static TrustDomain parse(String name) {
        requireNonNull(name, "name");
        check(name);
        return new TrustDomain(lowerCase(name));
    }

    /**
     * Returns the ID of the trust domain itself, {@code spiffe://<name>}. Its signing certificates may have this ID.
     */
    public SpiffeId id() {
        return new SpiffeId(this, "");
    }

    private static void check(String name) {
        if (name.isEmpty()) {
            throw new InvalidSpiffeIdException(name, "the trust domain is empty");
        }
        if (name.length() > MAX_LENGTH) {
            throw new InvalidSpiffeIdException(
                    name, "the trust domain has " + name.length() + " characters (expected: <= " + MAX_LENGTH + ")");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!SpiffeId.isNameCharacter(c)) {
                throw new InvalidSpiffeIdException(name, problem(c));
            }
        }
    }

    private static String problem(char c) {
        return switch (c) {
            case '@' -> "a trust domain has no user information (found '@')";
            case ':' -> "a trust domain has no port (found ':')";
            case '%' -> "a trust domain has no percent-encoding (found '%')";
            case '[', ']' -> "a trust domain is no IPv6 literal (found '" + c + "')";
            default ->
                "the trust domain holds the character " + PeerText.quote(String.valueOf(c))
                        + " (expected: a-z, 0-9, '.', '-', '_')";
        };
    }

    /** Converts A to Z only: the JDK's own method would turn characters such as the Kelvin sign into ASCII letters. */
    private static String lowerCase(String name) {
        StringBuilder lower = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            lower.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
        }
        return lower.toString();
    }

    @Override
    public int compareTo(TrustDomain other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
