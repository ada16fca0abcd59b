package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The judge of the soak: it lets noise pass and sees a leak. */
final class ResidentMemoryTest {
    private static final int MIB = 1024;
    private static final int WARM_UP = 500;

    private final Random random = new Random(1);

    @Test
    void aProcessThatGivesBackWhatItTakesIsFlat() {
        assertThat(growth(0)).isBetween(-2L * MIB, 2L * MIB);
    }

    @Test
    void aLeakUnderTheSameNoiseIsSeen() {
        assertThat(growth(10)).isBetween(8L * MIB, 12L * MIB);
    }

    @Test
    void warmingUpDoesNotCount() {
        ResidentMemory memory = new ResidentMemory();
        for (int renewals = 0; renewals <= 1500; renewals += 5) {
            memory.add(renewals, Map.of("sidecar", 80L * MIB + 40L * MIB * Math.min(renewals, WARM_UP) / WARM_UP));
        }
        assertThat(memory.growth(WARM_UP)).containsEntry("sidecar", 0L);
        assertThat(memory.table()).contains("| sidecar, KiB |").contains("| 0 | 81920 |");
    }

    /** A saw's teeth of 5 MiB, as of a heap, and peaks of 15, as of a compiler. */
    private long growth(long leakMibPerThousand) {
        ResidentMemory memory = new ResidentMemory();
        for (int renewals = 0; renewals <= 1500; renewals += 5) {
            long saw = 5L * MIB * (renewals % 120) / 120;
            long peak = random.nextInt(20) == 0 ? 15L * MIB : 0;
            memory.add(
                    renewals, Map.of("sidecar", 100L * MIB + saw + peak + leakMibPerThousand * MIB * renewals / 1000));
        }
        return memory.growth(WARM_UP).getOrDefault("sidecar", 0L);
    }
}
