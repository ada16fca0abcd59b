package dev.weft.cli.check;

import static dev.weft.cli.check.Verdicts.assertOk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.check.platform.PlatformChecks;
import dev.weft.cli.check.platform.PodChecks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checks together. Each one is tested beside what it looks at. */
final class CheckTest {

    @Test
    void aMeshThatIsWellPassesThemAll() {
        Report report = Report.of(Seen.well().observation());

        assertThat(report.result()).isEqualTo(Result.OK);
        assertThat(report.checks()).hasSize(Check.ALL.size()).allSatisfy(line -> {
            assertThat(line.result()).as(line.check()).isEqualTo(Result.OK);
            assertThat(line.reason()).as(line.check()).isNotEmpty();
            assertThat(line.action()).isEmpty();
        });
    }

    @Test
    void eachHasASectionOnThePageAndEachSectionACheck() throws Exception {
        List<String> sections = Files.readAllLines(Path.of("../docs/check.md")).stream()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3))
                .toList();

        List<String> names = new ArrayList<>(Check.ALL.stream().map(Check::name).toList());
        names.addAll(PodChecks.NAMES);
        names.addAll(PlatformChecks.NAMES);
        assertThat(sections).containsExactlyElementsOf(names);
    }

    @Test
    void theWorstCounts() {
        assertThat(Report.of(Seen.well().controlPlaneSilent().observation()).result())
                .isEqualTo(Result.FAILED);
        assertThat(Report.of(Seen.well().apiSays("permissive", "strict").observation())
                        .result())
                .isEqualTo(Result.WARNING);
    }

    @Test
    void withoutTheControlPlaneWhatOnlyItKnowsIsNotKnown() {
        for (String check : List.of(
                "anchor-end", "issuer-end", "issuer-anchor", "control-plane-certificate", "rotation", "connected")) {
            assertThat(Seen.well().controlPlaneSilent().check(check))
                    .isEqualTo(Verdict.unknown("the control plane does not answer"));
        }
        assertOk(Seen.well().controlPlaneSilent().check("sidecars"), "2 sidecars");
        assertOk(Seen.well().controlPlaneSilent().check("leaf-end"), "2 certificates");
    }
}
