package dev.weft.identity.bundle;

import dev.weft.identity.spiffe.PeerText;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The members of one key of the set, of which any may be missing or of another kind than the standard says. */
record JwkMembers(Map<String, JsonValue> members) {

    /** The text of a member; empty if it is missing. */
    Optional<String> text(String name) {
        JsonValue value = members.get(name);
        return switch (value) {
            case null -> Optional.empty();
            case JsonValue.Text(String text) -> Optional.of(text);
            default -> throw new InvalidBundleException(name + " is " + value.kind() + " (expected: a string)");
        };
    }

    /** The text of a member that has to be there and not empty. */
    String required(String name) {
        String text = text(name).orElseThrow(() -> new InvalidBundleException("it has no " + name));
        if (text.isEmpty()) {
            throw new InvalidBundleException(name + " is empty");
        }
        return text;
    }

    /** The first item of a member that is a list of texts; the others are ignored (X5-15). */
    String firstOf(String name) {
        JsonValue value = members.get(name);
        return switch (value) {
            case null -> throw new InvalidBundleException("it has no " + name);
            case JsonValue.Items(List<JsonValue> items)
            when items.isEmpty() -> throw new InvalidBundleException(name + " is empty");
            case JsonValue.Items(List<JsonValue> items)
            when items.getFirst() instanceof JsonValue.Text(String text) -> text;
            default -> throw new InvalidBundleException(name + " is not a list of strings");
        };
    }

    /** Whether all these members are there. */
    boolean has(String... names) {
        for (String name : names) {
            if (!members.containsKey(name)) {
                return false;
            }
        }
        return true;
    }

    /** For messages: what the member says, safely. */
    String shown(String name) {
        JsonValue value = members.get(name);
        return switch (value) {
            case null -> "missing";
            case JsonValue.Text(String text) -> PeerText.quote(text);
            default -> value.kind();
        };
    }
}
