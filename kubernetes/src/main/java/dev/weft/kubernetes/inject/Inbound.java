package dev.weft.kubernetes.inject;

import dev.weft.daemon.settings.InvalidSettingsException;
import dev.weft.mesh.model.InboundMode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Which callers without a sidecar a pod or a machine accepts, if neither it nor its namespace sets it. */
public enum Inbound {
    /** The pod accepts no caller without a sidecar. */
    STRICT,

    /** The pod accepts callers without a sidecar if its policies allow them. */
    PERMISSIVE;

    /** The control plane's variable with the installation's value; {@code weft install} writes it. */
    public static final String VARIABLE = "WEFT_INBOUND";

    /** Its name in installations of earlier versions, which had it for the webhook alone. */
    private static final String FORMER_VARIABLE = "WEFT_WEBHOOK_INBOUND";

    /**
     * Returns the installation's value, from the environment of the control plane.
     *
     * @throws InvalidSettingsException if it is neither strict nor permissive
     */
    public static Inbound read(Map<String, String> environment) {
        String word = Optional.ofNullable(environment.get(VARIABLE))
                .or(() -> Optional.ofNullable(environment.get(FORMER_VARIABLE)))
                .orElse(PERMISSIVE.word());
        try {
            return of(word);
        } catch (IllegalArgumentException _) {
            throw new InvalidSettingsException(VARIABLE + ": " + word + " (expected: strict or permissive)");
        }
    }

    /**
     * Returns the constant for a word.
     *
     * @throws IllegalArgumentException if the word is neither strict nor permissive
     */
    public static Inbound of(String word) {
        return switch (word) {
            case "strict" -> STRICT;
            case "permissive" -> PERMISSIVE;
            default -> throw new IllegalArgumentException("inbound: " + word + " (expected: strict or permissive)");
        };
    }

    /** Returns the mode of a workload. */
    public InboundMode mode() {
        return switch (this) {
            case STRICT -> InboundMode.STRICT;
            case PERMISSIVE -> InboundMode.PERMISSIVE;
        };
    }

    /** Returns the word in annotations. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
