package dev.weft.policy.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Targets of hostile callers: what is accepted has one meaning, however often a reader decodes it. */
final class RequestPathFuzzTest {

    private static final int HEX = 16;

    @FuzzTest
    void whatIsAcceptedHasOneMeaning(byte[] bytes) {
        String target = new String(bytes, StandardCharsets.ISO_8859_1);
        String form;
        try {
            form = RequestPath.normalize(target);
        } catch (UnacceptablePathException _) {
            return;
        }
        assertThat(accepted(form)).as("the form of the form").isEqualTo(form);
        if (form.equals("*")) {
            return;
        }
        String path = target.split("\\?", 2)[0];
        String once = decoded(form);
        assertThat(once).as("what an application reads of it").isEqualTo(path.isEmpty() ? "/" : decoded(path));
        assertThat(decoded(once)).as("what one reads that decodes twice").isEqualTo(once);
        assertThat(List.of(once.substring(1).split("/", -1)))
                .hasSameSizeAs(form.substring(1).split("/", -1))
                .doesNotContain(".", "..");
        assertThat(once).startsWith("/").doesNotContain("//", "\\", ";", "\0", "\r", "\n");
    }

    private static String accepted(String form) {
        try {
            return RequestPath.normalize(form);
        } catch (UnacceptablePathException e) {
            return "refused: " + e.getMessage();
        }
    }

    /** Decodes as the most lenient application does: what is no encoding stays. */
    private static String decoded(String text) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' && isHex(text, i + 1) && isHex(text, i + 2)) {
                octets.write(Integer.parseInt(text.substring(i + 1, i + 3), HEX));
                i += 2;
            } else {
                octets.write(c);
            }
        }
        return octets.toString(StandardCharsets.ISO_8859_1);
    }

    private static boolean isHex(String text, int at) {
        return at < text.length() && Character.digit(text.charAt(at), HEX) >= 0;
    }
}
