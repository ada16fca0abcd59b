package dev.weft.cli.check;

import static dev.weft.cli.check.Verdicts.assertOk;

import org.junit.jupiter.api.Test;

/** What check says of UDP. */
final class DatagramChecksTest {

    @Test
    void udp() {
        assertOk(Seen.well().check("udp"), "no workload accepts UDP, except for answers");
        assertOk(
                Seen.well()
                        .apiSays("\"strict\", \"udpPorts\": [53, 123]", "\"strict\"")
                        .check("udp"),
                "without identity and policy by shop/api (53, 123)");
        assertOk(Seen.well().apiSays("permissive", "strict").check("udp"), "shop/api (permissive)");
    }
}
