import type { GoodsInput } from '@app/contracts';
import type { Category } from './category.ts';

/**
 * Ids of the demonstration are the same on every machine, so that scripts may name them. They are
 * older than any real id, so real goods come first.
 */
export const demoId = (kind: 'CAT' | 'SPX' | 'SKX', number: number): string =>
  `00DEM0${kind}${String(number).padStart(17, '0')}`;

const category = (number: number, name: string, parent?: Category): Category => {
  const id = demoId('CAT', number);
  const path = [...(parent?.path ?? []), id];
  return { id, parentId: parent?.id ?? null, path, name, sort: number, version: 1 };
};

const home = category(1, '居家');
const wear = category(2, '穿戴');
const cups = category(3, '水具', home);
const bedding = category(4, '家纺', home);
const clothes = category(5, '服饰', wear);
const gadgets = category(6, '数码', wear);

export const demoCategories: readonly Category[] = [home, wear, cups, bedding, clothes, gadgets];

type Title = readonly [title: string, description: string, priceFen: number];

const shelves: readonly {
  readonly category: Category;
  readonly attribute: string;
  readonly values: readonly string[];
  readonly titles: readonly Title[];
}[] = [
  {
    category: cups,
    attribute: '容量',
    values: ['350ml', '500ml'],
    titles: [
      ['不锈钢保温杯', '真空双层，十二小时保温', 7900],
      ['玻璃泡茶杯', '高硼硅玻璃，茶水分离', 4900],
      ['Tritan 运动水壶', '耐摔，单手开盖', 5900],
      ['陶瓷马克杯', '手工上釉，可进微波炉', 3900],
      ['儿童吸管杯', '防漏，配两根吸管', 6900],
    ],
  },
  {
    category: bedding,
    attribute: '尺寸',
    values: ['1.5 米', '1.8 米'],
    titles: [
      ['纯棉四件套', '六十支长绒棉', 39900],
      ['羽绒被', '九十五白鹅绒', 129900],
      ['记忆棉枕', '慢回弹，可拆洗', 9900],
      ['竹纤维凉席', '三件套，夏季用', 19900],
      ['法兰绒毛毯', '加厚，不掉毛', 12900],
    ],
  },
  {
    category: clothes,
    attribute: '尺码',
    values: ['M', 'L'],
    titles: [
      ['纯棉 T 恤', '重磅棉，不易变形', 8900],
      ['防晒外套', 'UPF50+，轻薄透气', 15900],
      ['牛仔直筒裤', '微弹，四季可穿', 19900],
      ['羊毛围巾', '澳洲美利奴羊毛', 25900],
      ['速干运动短裤', '带内衬，侧袋', 7900],
    ],
  },
  {
    category: gadgets,
    attribute: '颜色',
    values: ['黑色', '白色'],
    titles: [
      ['无线蓝牙耳机', '主动降噪，三十小时续航', 29900],
      ['移动电源', '20000mAh，双向快充', 14900],
      ['机械键盘', '八十七键，热插拔', 35900],
      ['智能手环', '心率血氧，十四天续航', 19900],
      ['桌面补光灯', '三色温，可调亮度', 9900],
    ],
  },
];

/** Twenty goods of two SKUs each. */
export const demoGoods: readonly {
  readonly category: Category;
  readonly input: GoodsInput;
  /** In the order in which ids are asked for: the goods, then its SKUs. */
  readonly ids: readonly string[];
}[] = shelves.flatMap(({ category, attribute, values, titles }, shelf) =>
  titles.map(([title, description, priceFen], index) => {
    const number = shelf * titles.length + index + 1;
    const skuNumbers = values.map((_, position) => (number - 1) * values.length + position + 1);
    return {
      category,
      ids: [demoId('SPX', number), ...skuNumbers.map((one) => demoId('SKX', one))],
      input: {
        code: `DEMO-${String(number).padStart(2, '0')}`,
        title,
        description,
        categoryId: category.id,
        images: [`https://img.example.com/demo/${number}.png`],
        skus: values.map((value, position) => ({
          code: `DEMO-${String(number).padStart(2, '0')}-${position + 1}`,
          name: `${title} ${value}`,
          attributes: { [attribute]: value },
          priceFen: priceFen + position * 1000,
        })),
      },
    };
  }),
);
