package dev.weft.kubernetes.registry;

import java.net.InetAddress;
import java.util.Optional;

/** Parses IP addresses. */
final class IpLiterals {

    private IpLiterals() {}

    /** Parses an IP literal, without any name lookup; empty if the text is not an IP address. */
    static Optional<InetAddress> parse(String text) {
        boolean literal = !text.isEmpty()
                && text.chars().allMatch(c -> (c < 0x80 && Character.digit(c, 16) >= 0) || c == '.' || c == ':');
        try {
            return literal ? Optional.of(InetAddress.ofLiteral(text)) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
