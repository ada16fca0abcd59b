package dev.weft.daemon.refusal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.v1.RefusedCall;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads why a call was refused, for the sidecar, the control plane and the command. A refusal is sent as a message in a
 * trailer of the call, and as text in {@code grpc-message}. Control planes of earlier versions send only the text.
 */
public final class Refusals {

    /** The trailer that holds the message. */
    public static final String TRAILER = "weft-refusal-bin";

    /**
     * Most bytes of the message. In Base64, together with the same refusal as percent-encoded text, it fits into the 8
     * KiB of metadata that a gRPC client accepts.
     */
    public static final int MAX_BYTES = 1536;

    private static final Pattern CODE = Pattern.compile("WEFT-[A-Z][0-9]{3}");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");
    private static final Pattern TEXT = Pattern.compile("(" + CODE + "): ([^;]*)(?:; (.*))?", Pattern.DOTALL);

    /** Codes that earlier versions use for lasting refusals; their texts do not say so. */
    private static final Set<String> LASTING =
            Set.of("WEFT-C001", "WEFT-C002", "WEFT-C004", "WEFT-C005", "WEFT-C006", "WEFT-C070");

    private Refusals() {}

    /**
     * Returns the refusal of a call that failed; empty if it failed for another reason.
     *
     * @param message content of {@link #TRAILER}; null if there was none; a message that is too long or malformed is
     *     ignored
     * @param text text of grpc-message; null if there was none
     */
    public static Optional<RefusedCall> read(byte @Nullable [] message, @Nullable String text) {
        return parsed(message).or(() -> ofText(text));
    }

    /**
     * Returns the refusal as text, for logs and for peers of earlier versions. These take the first semicolon as the
     * end of the sentence that says what is wrong.
     */
    public static String text(RefusedCall refusal) {
        String advice = refusal.getAdvice();
        return refusal.getCode() + ": "
                + (advice.isEmpty() ? refusal.getWhat() : refusal.getWhat().replace(';', ',') + "; " + advice);
    }

    private static Optional<RefusedCall> parsed(byte @Nullable [] message) {
        if (message == null || message.length > MAX_BYTES) {
            return Optional.empty();
        }
        try {
            return Optional.of(RefusedCall.parseFrom(message))
                    .filter(refusal -> CODE.matcher(refusal.getCode()).matches()
                            && !refusal.getWhat().isEmpty()
                            && !CONTROL.matcher(refusal.getWhat() + refusal.getAdvice())
                                    .find());
        } catch (InvalidProtocolBufferException _) {
            return Optional.empty();
        }
    }

    private static Optional<RefusedCall> ofText(@Nullable String text) {
        Matcher matcher = TEXT.matcher(text == null ? "" : text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String advice = matcher.group(3);
        return Optional.of(RefusedCall.newBuilder()
                .setCode(matcher.group(1))
                .setWhat(matcher.group(2))
                .setAdvice(advice == null ? "" : advice)
                .setLasts(LASTING.contains(matcher.group(1)))
                .build());
    }
}
