package dev.weft.cli.check;

import static dev.weft.cli.check.Verdicts.assertOk;

import org.junit.jupiter.api.Test;

/** What check says of UDP. */
final class DatagramChecksTest {

    @Test
    void udp() {
        assertOk(Seen.well().check("udp"), "no workload takes UDP but answers");
        assertOk(
                Seen.well()
                        .apiSays("\"strict\", \"udpPorts\": [53, 123]", "\"strict\"")
                        .check("udp"),
                "past identity and policy, to shop/api (53, 123)");
        assertOk(Seen.well().apiSays("permissive", "strict").check("udp"), "shop/api (permissive)");
    }
}
