package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.JoinToken;
import dev.weft.api.v1.Machine;
import dev.weft.api.v1.TokenUse;
import dev.weft.cli.mesh.MachineStatus;
import dev.weft.cli.mesh.RevokedLeaves;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What the commands about tokens and machines print. */
final class TokenCommandTest {

    private static final Instant NOW = Instant.parse("2030-01-01T12:00:00Z");

    private final Printed printed = new Printed();

    private static JoinToken.Builder token() {
        return JoinToken.newBuilder()
                .setId("0123456789ab")
                .setIdentity("spiffe://cluster.local/ns/shop/sa/laptop")
                .setWorkload("shop/laptop")
                .setCreated(NOW.getEpochSecond() - 60)
                .setEnds(NOW.getEpochSecond() + 3540);
    }

    private static JoinToken used() {
        return token().setUse(
                        TokenUse.newBuilder().setAt(NOW.getEpochSecond() - 30).setAddress("192.0.2.7"))
                .build();
    }

    private static Machine.Builder machine() {
        return Machine.newBuilder()
                .setToken(used())
                .setSerialNumber("a1b2")
                .setRenewed(NOW.getEpochSecond() - 5)
                .setAddress("192.0.2.8")
                .setCertificateEnds(NOW.getEpochSecond() + 86_400)
                .setRenewals(3);
    }

    @Test
    void printsATokenAloneOnStandardOutput() {
        TokenCreateCommand.print(
                printed.screen(),
                new TokenCreateCommand.Document(
                        "the-token", TokenDocument.of(token().build(), NOW), "192.0.2.1:15012", "cluster.local", "PEM"),
                NOW);
        assertThat(printed.out()).isEqualTo("the-token\n");
        assertThat(printed.err()).isEqualTo("token 0123456789ab for shop/laptop, to be used once, ends in 59m:\n");
    }

    @Test
    void doesNotShowATokenInMessages() {
        TokenCreateCommand.Document document = new TokenCreateCommand.Document(
                "the-token", TokenDocument.of(token().build(), NOW), "192.0.2.1:15012", "cluster.local", "PEM");
        assertThat(document.toString()).contains("192.0.2.1:15012").doesNotContain("the-token");
        assertThat(new JsonMapper().writeValueAsString(document)).contains("\"token\":\"the-token\"");
    }

    @Test
    void listsTokensByWhatBecameOfThem() {
        JoinToken ended = token().clearWorkload().setEnds(NOW.getEpochSecond()).build();
        TokenListCommand.print(
                printed.screen(),
                List.of(
                        TokenDocument.of(token().build(), NOW),
                        TokenDocument.of(used(), NOW),
                        TokenDocument.of(ended, NOW)),
                false,
                NOW);
        assertThat(printed.out()).isEqualTo("""
                TOKEN         FOR                                       STATE  CREATED  ENDS    USED     BY
                0123456789ab  shop/laptop                               open   1m ago   in 59m  -        -
                0123456789ab  shop/laptop                               used   1m ago   -       30s ago  192.0.2.7
                0123456789ab  spiffe://cluster.local/ns/shop/sa/laptop  ended  1m ago   -       -        -
                """);
    }

    @Test
    void listsMachinesByHowTheyStand() {
        MachineListCommand.print(
                printed.screen(),
                List.of(
                        MachineStatus.of(
                                machine()
                                        .setConnected(true)
                                        .setSince(NOW.getEpochSecond() - 7)
                                        .build(),
                                NOW,
                                RevokedLeaves.NONE),
                        MachineStatus.of(
                                machine().setRevoked(NOW.getEpochSecond()).build(), NOW, RevokedLeaves.NONE),
                        MachineStatus.of(
                                machine()
                                        .setCertificateEnds(NOW.getEpochSecond() - 60)
                                        .build(),
                                NOW,
                                RevokedLeaves.NONE)),
                false,
                NOW);
        assertThat(printed.out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "MACHINE WORKLOAD STATE SIDECAR ADDRESS JOINED LAST CERT CERT ENDS RENEWALS IDENTITY",
                        "0123456789ab shop/laptop renewing joined 7s ago 192.0.2.8 30s ago 5s ago in 24h 3 spiffe://cluster.local/ns/shop/sa/laptop",
                        "0123456789ab shop/laptop revoked revoked 192.0.2.8 30s ago 5s ago in 24h 3 spiffe://cluster.local/ns/shop/sa/laptop",
                        "0123456789ab shop/laptop ended ended 192.0.2.8 30s ago 5s ago 1m ago 3 spiffe://cluster.local/ns/shop/sa/laptop");
    }

    @Test
    void theWideTablesHaveWhatTellsMachinesApart() {
        MachineListCommand.print(
                printed.screen(), List.of(MachineStatus.of(machine().build(), NOW, RevokedLeaves.NONE)), true, NOW);
        TokenListCommand.print(printed.screen(), List.of(TokenDocument.of(used(), NOW)), true, NOW);
        assertThat(printed.out().lines().map(line -> line.replaceAll(" +", " ")))
                .satisfiesExactly(
                        headings -> assertThat(headings).endsWith("IDENTITY JOINED FROM SERIAL"),
                        machine -> assertThat(machine).endsWith("sa/laptop 192.0.2.7 a1b2"),
                        headings -> assertThat(headings).endsWith("BY IDENTITY"),
                        token -> assertThat(token).endsWith("192.0.2.7 spiffe://cluster.local/ns/shop/sa/laptop"));
    }

    @Test
    void saysWhatToDoWhereThereIsNone() {
        TokenListCommand.print(printed.screen(), List.of(), false, NOW);
        MachineListCommand.print(printed.screen(), List.of(), false, NOW);
        assertThat(printed.out()).isEqualTo("""
                no tokens; 'weft token create' makes one
                no machine has joined; 'weft token create' lets one
                """);
    }
}
