package dev.weft.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResourceNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "inbound",
                "tap",
                "bundle/cluster.local",
                "destination/10.0.0.1:80",
                "destination/[fd00:0:0:0:0:0:0:1]:80",
                "name/api.shop"
            })
    void aNameOfAKnownKindIsWrittenAsItWasRead(String wireName) {
        ResourceName name = ResourceName.parse(wireName);
        assertThat(name).isNotInstanceOf(ResourceName.Unknown.class);
        assertThat(name.wireName()).isEqualTo(wireName);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "name/", "name", "bundle/", "bundle/A B", "destination/", "destination/api:80", "later/x"})
    void aNameThatSaysNothingIsUnknown(String wireName) {
        assertThat(ResourceName.parse(wireName)).isEqualTo(new ResourceName.Unknown(wireName));
    }

    @Test
    void twoSpellingsOfAnAddressAreOneName() {
        assertThat(ResourceName.parse("destination/[fd00::1]:80"))
                .isEqualTo(ResourceName.parse("destination/[fd00:0:0:0:0:0:0:1]:80"));
    }
}
