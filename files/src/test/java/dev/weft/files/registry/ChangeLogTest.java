package dev.weft.files.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.files.yaml.FileError;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChangeLogTest {

    private static final Path FILE = Path.of("shop.yaml");

    private static FileError error(int line, String object, String reason) {
        return new FileError(FILE, line, object, reason);
    }

    @Test
    void anErrorThatMovedToAnotherLineIsNotLoggedAgain() {
        List<FileError> before = List.of(error(7, "Workload shop/api", "no addresses"), error(9, "", "a tab"));
        List<FileError> now =
                List.of(error(8, "Workload shop/api", "no addresses"), error(10, "", "a tab"), error(12, "", "a tab"));
        assertThat(ChangeLog.fresh(before, now)).containsExactly(error(12, "", "a tab"));
        assertThat(ChangeLog.fresh(now, before)).isEmpty();
        assertThat(ChangeLog.fresh(List.of(), before)).isEqualTo(before);
    }
}
