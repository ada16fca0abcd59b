package dev.weft.kubernetes.registry;

import java.net.InetAddress;
import java.util.Optional;

/** IP addresses as texts. */
final class IpLiterals {

    private IpLiterals() {}

    /** The address that this text is, in its one form; empty if it is none. */
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
