package dev.weft.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which lock guards a field is said to the compiler, which checks each access, and not in a comment. */
final class LocksTest {

    private static final Pattern COMMENT = Pattern.compile("//.*\\bguarded by this\\b", Pattern.CASE_INSENSITIVE);

    @Test
    void noCommentSaysWhatAnAnnotationWould() {
        List<String> comments = Source.main().stream()
                .flatMap(source -> source.lines().stream()
                        .filter(line -> COMMENT.matcher(line).find())
                        .map(line -> source.file() + ": " + line.strip()))
                .toList();
        assertThat(comments).as("use @GuardedBy(\"this\")").isEmpty();
    }
}
