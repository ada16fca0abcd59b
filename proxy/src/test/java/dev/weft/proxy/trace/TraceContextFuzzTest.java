package dev.weft.proxy.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A field {@code traceparent} of any octets, compared with the grammar of W3C Trace Context, section 3.2. */
class TraceContextFuzzTest {
    /** Version 00 has nothing more; a later one may, after a hyphen. Version ff is not valid. */
    private static final Pattern GRAMMAR =
            Pattern.compile("(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", Pattern.DOTALL);

    @FuzzTest
    void anyFieldIsATraceOfTheGrammarOrNone(byte[] bytes) {
        String field = new String(bytes, StandardCharsets.ISO_8859_1);
        Optional<TraceContext> read = TraceContext.of(List.of(field));
        Matcher wanted = GRAMMAR.matcher(field);
        boolean valid = wanted.matches()
                && !(wanted.group(1).equals("00") && wanted.group(5) != null)
                && !wanted.group(2).matches("0+")
                && !wanted.group(3).matches("0+");
        assertThat(read.isPresent()).as(field).isEqualTo(valid);
        read.ifPresent(trace -> {
            assertThat(trace.traceId()).isEqualTo(wanted.group(2));
            assertThat(trace.parentId()).isEqualTo(wanted.group(3));
            assertThat(trace.sampled()).isEqualTo((Integer.parseInt(wanted.group(4), 16) & 1) == 1);
        });
        assertThat(TraceContext.of(List.of(field, field))).as("repeated").isEmpty();
    }
}
