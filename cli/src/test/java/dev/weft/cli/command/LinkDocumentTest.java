package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.screen.Format;
import dev.weft.local.link.MeshLink;
import dev.weft.local.state.MeshName;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LinkDocumentTest {

    private final Printed printed = new Printed();

    private static MeshLink.End end(String name, int network, List<String> offers, Optional<String> disabled) {
        return new MeshLink.End(
                new MeshName(name),
                name + ".example",
                "10.%d.0.1:15012".formatted(network),
                "10.%d.0.1:15013".formatted(network),
                List.of("10.%d.0.0/16".formatted(network), "fd57::/64"),
                offers,
                disabled);
    }

    @Test
    void saysWhatWasLinkedWhatToDoNextAndHowToUndoIt() {
        MeshLink link = new MeshLink(
                end("a", 244, List.of(), Optional.empty()),
                end("b", 243, List.of("api.shop.b.example", "web.shop.b.example"), Optional.empty()),
                false,
                false);
        LinkDocument.of(link).print(printed.screen());
        assertThat(printed.out()).isEqualTo("""
                ✓ meshes a and b are linked

                MESH  TRUST DOMAIN  CALLED BY  NAMES  ADDRESSES
                a     a.example     b              0  10.244.0.0/16
                b     b.example     a              2  10.243.0.0/16

                  call    workloads of a reach api.shop.b.example   (1 other name there)
                  allow   policies name the other's identities: identity: spiffe://b.example/ns/NAMESPACE/sa/ACCOUNT
                  trust   separate anchors; each follows the other's trust bundle, rotations included: weft trust domains
                  undo    weft unlink a b
                """);
    }

    @Test
    void saysWhoIsShutOut() {
        MeshLink link = new MeshLink(
                end("a", 244, List.of(), Optional.empty()),
                end("b", 243, List.of(), Optional.of("it was stolen")),
                true,
                true);
        LinkDocument.of(link).print(printed.screen());
        assertThat(printed.out())
                .contains("✓ meshes a and b were linked already", "no one: disabled", "shared anchors")
                .contains("b.example is disabled in mesh a (it was stolen): weft trust enable b.example --mesh a");
        Printed json = new Printed();
        Format.JSON.print(json.screen(), LinkDocument.of(link), () -> {});
        assertThat(json.out())
                .contains("\"alreadyLinked\" : true", "\"anchors\" : \"shared\"", "\"disabledByOther\" : true")
                .contains("\"reason\" : \"it was stolen\"", "\"bundleEndpoint\" : \"https://10.243.0.1:15013/\"");
    }
}
