//! Names for people who do not exist: common surnames, weighted roughly as common as they are, and characters
//! that parents choose. Made-up; a name that somebody bears is borne by chance.

use super::dice::Dice;
use terms::Sex;

/// Surnames with their weight in a thousand or so.
const SURNAMES: &[(&str, u64)] = &[
    ("王", 72),
    ("李", 71),
    ("张", 67),
    ("刘", 53),
    ("陈", 52),
    ("杨", 31),
    ("黄", 22),
    ("赵", 21),
    ("吴", 26),
    ("周", 27),
    ("徐", 24),
    ("孙", 16),
    ("马", 13),
    ("朱", 22),
    ("胡", 16),
    ("郭", 11),
    ("何", 14),
    ("林", 18),
    ("罗", 9),
    ("高", 11),
    ("郑", 14),
    ("梁", 6),
    ("谢", 8),
    ("宋", 8),
    ("唐", 7),
    ("许", 11),
    ("韩", 6),
    ("冯", 8),
    ("邓", 4),
    ("曹", 6),
    ("彭", 4),
    ("曾", 3),
    ("肖", 4),
    ("田", 4),
    ("董", 6),
    ("潘", 9),
    ("袁", 4),
    ("蔡", 6),
    ("蒋", 9),
    ("余", 7),
    ("于", 3),
    ("杜", 4),
    ("叶", 11),
    ("程", 6),
    ("魏", 4),
    ("苏", 4),
    ("吕", 6),
    ("丁", 8),
    ("沈", 17),
    ("任", 4),
    ("姚", 8),
    ("卢", 5),
    ("傅", 5),
    ("钟", 6),
    ("姜", 4),
    ("崔", 2),
    ("谭", 2),
    ("廖", 2),
    ("范", 5),
    ("汪", 7),
    ("陆", 8),
    ("金", 10),
    ("石", 3),
    ("戴", 5),
    ("贾", 2),
    ("韦", 1),
    ("夏", 6),
    ("邱", 4),
    ("方", 8),
    ("侯", 2),
    ("邹", 2),
    ("熊", 2),
    ("孟", 2),
    ("秦", 3),
    ("白", 2),
    ("江", 4),
    ("阎", 1),
    ("薛", 3),
    ("尹", 1),
    ("段", 1),
    ("雷", 1),
    ("黎", 1),
    ("史", 2),
    ("龙", 1),
    ("陶", 4),
    ("贺", 1),
    ("顾", 4),
    ("毛", 6),
    ("郝", 1),
    ("龚", 3),
    ("邵", 6),
    ("万", 1),
    ("钱", 6),
    ("严", 4),
    ("洪", 4),
    ("楼", 5),
    ("章", 6),
    ("俞", 8),
    ("屠", 2),
    ("欧阳", 1),
    ("诸葛", 1),
];

const MALE: &[&str] = &[
    "伟", "强", "磊", "军", "洋", "勇", "杰", "涛", "超", "明", "刚", "平", "辉", "鹏", "华", "飞", "鑫",
    "波", "斌", "宇", "浩", "凯", "健", "俊", "帆", "旭", "宁", "龙", "林", "欢", "阳", "建", "亮", "成",
    "峰", "昊", "晨", "轩", "梓", "子", "浩", "泽", "睿", "航", "博", "文", "志", "国", "永", "海", "天",
    "嘉", "思", "远",
];
const FEMALE: &[&str] = &[
    "芳", "娜", "敏", "静", "丽", "艳", "娟", "霞", "玲", "婷", "雪", "慧", "颖", "洁", "倩", "琳", "梅",
    "兰", "红", "英", "秀", "珍", "萍", "燕", "丹", "莉", "欣", "怡", "佳", "雨", "梦", "诗", "涵", "萱",
    "语", "桐", "妍", "悦", "琪", "瑶", "菲", "蕾", "薇", "岚", "晓", "文", "思", "月", "竹", "心", "安",
    "宁", "云", "清",
];
/// Given names of people born before the fifties sounded otherwise.
const MALE_OLD: &[&str] =
    &["福", "贵", "德", "根", "土", "宝", "昌", "荣", "庆", "树", "金", "水", "长", "生", "有", "祥"];
const FEMALE_OLD: &[&str] =
    &["秀", "桂", "凤", "花", "香", "菊", "珠", "仙", "娥", "莲", "素", "玉", "彩", "翠", "巧", "月"];

/// A surname.
pub fn surname(dice: &mut Dice) -> &'static str {
    dice.weighted::<&str>(SURNAMES)
}

/// A given name of one or, more often, two characters, as given in that year.
pub fn given(dice: &mut Dice, sex: Sex, birth_year: i32) -> String {
    let characters = match (sex, birth_year < 1950) {
        (Sex::Male, false) => MALE,
        (Sex::Male, true) => MALE_OLD,
        (Sex::Female, false) => FEMALE,
        (Sex::Female, true) => FEMALE_OLD,
    };
    let first = dice.pick(characters);
    if dice.chance(180) {
        return (*first).to_owned();
    }
    format!("{first}{}", dice.pick(characters))
}
